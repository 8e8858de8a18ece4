import { describe, expect, test } from "vitest";
import {
  apiUsd,
  electricityUsd,
  miningUsdPerKwh,
  ownedUsd,
  rentalUsd,
  rentVersusMine,
  usdPerJoule,
} from "./formulas.ts";

/** An answer of 50 tokens on a c7i.xlarge: 2.5 s at full load, 39.9 J, PUE of its operator 1.15 (2023, 2024). */
const ANSWER = { joules: 39.9, seconds: 2.5 };

describe("an answer on a c7i.xlarge", () => {
  test("takes 45.9 J = 0.0127 Wh of its site", () => {
    const joules = electricityUsd(ANSWER.joules, 3.6e6, 1.15);
    expect(joules).toBeCloseTo(45.9, 1);
    expect(joules / 3_600).toBeCloseTo(0.0127, 4);
  });

  test("costs $1.3e-6 of electricity at $0.10/kWh and $1.24e-4 of rent at $0.1785/h, 97 times as much", () => {
    const electricity = electricityUsd(ANSWER.joules, 0.1, 1.15);
    const rental = rentalUsd(ANSWER.seconds, 0.1785);
    expect(electricity * 1e6).toBeCloseTo(1.3, 1);
    expect(rental * 1e4).toBeCloseTo(1.24, 2);
    expect(rental / electricity).toBeCloseTo(97, 0);
  });

  test("would have mined $1.7e-6 with the joules of its site, not $1.5e-6 with its own", () => {
    const mining = miningUsdPerKwh(55.65, 17.5);
    expect(electricityUsd(ANSWER.joules, mining, 1.15) * 1e6).toBeCloseTo(1.7, 1);
    expect(electricityUsd(ANSWER.joules, mining, 1) * 1e6).toBeCloseTo(1.5, 1);
  });
});

describe("miningUsdPerKwh", () => {
  const EFFICIENCIES = [13.5, 17.5, 21.5, 28.2, 34, 84];
  // Hashprice: mean of 2021 and of 2022 (Hashrate Index), November 2024 (Jefferies), low of November 2025.
  test.each([
    [314.61, [0.971, 0.749, 0.61, 0.465, 0.386, 0.156]],
    [123.88, [0.382, 0.295, 0.24, 0.183, 0.152, 0.061]],
    [55.65, [0.172, 0.1325, 0.108, 0.082, 0.068, 0.028]],
    [38.2, [0.118, 0.091, 0.074, 0.056, 0.047, 0.019]],
  ])("at %d USD/PH/s/day is that of the table for every miner", (hashprice, usdPerKwh) => {
    for (const [i, efficiency] of EFFICIENCIES.entries()) {
      expect(Math.abs(miningUsdPerKwh(hashprice, efficiency) - (usdPerKwh[i] as number))).toBeLessThanOrEqual(5.01e-4);
    }
    expect(miningUsdPerKwh(55.65, 17.5)).toBeCloseTo(0.1325, 4);
  });

  test("makes a joule worth $3.68e-8 in November 2024", () => {
    expect(usdPerJoule(miningUsdPerKwh(55.65, 17.5)) * 1e8).toBeCloseTo(3.68, 2);
  });
});

test("rentVersusMine of an H100 at $2/h and 0.8 kW is about 19: $2.50 against $0.1325 a kWh", () => {
  expect(rentVersusMine(2, 800, 1)).toBeCloseTo(2.5, 12);
  expect(rentVersusMine(2, 800, miningUsdPerKwh(55.65, 17.5))).toBeCloseTo(18.9, 1);
});

test("apiUsd of o1 and R1 differ by 96.3 % in and 96.35 % out, 27.3 and 27.4 times", () => {
  // List prices of December 2024 and January 2025, USD per million tokens.
  const [o1, r1] = [
    { input: 15, output: 60 },
    { input: 0.55, output: 2.19 },
  ];
  const [readO1, readR1] = [apiUsd(1e6, 0, o1), apiUsd(1e6, 0, r1)];
  const [writtenO1, writtenR1] = [apiUsd(0, 1e6, o1), apiUsd(0, 1e6, r1)];
  expect(100 * (1 - readR1 / readO1)).toBeCloseTo(96.3, 1);
  expect(100 * (1 - writtenR1 / writtenO1)).toBeCloseTo(96.35, 2);
  expect(readO1 / readR1).toBeCloseTo(27.3, 1);
  expect(writtenO1 / writtenR1).toBeCloseTo(27.4, 1);
  expect(apiUsd(100, 50, o1)).toBeCloseTo(100 * 15e-6 + 50 * 60e-6, 15);
});

test("ownedUsd spreads the price over the hours in use", () => {
  // 2,628 USD over three years, half of the time in use: 0.20 USD an hour.
  expect(ownedUsd(3_600, { usd: 2_628, lifeHours: 26_280, duty: 0.5 })).toBeCloseTo(0.2, 12);
});
