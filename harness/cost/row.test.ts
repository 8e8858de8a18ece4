import { expect, test } from "vitest";
import { HEAD, problemsOf } from "./book.support.ts";

test.each([
  ["electricity,a,price,0.3,,,USD/kWh,2025,,,,", "no source; say who published the figure, and where"],
  ["electricity,a,price,0.3,,,,2025,x,,,", "no unit"],
  ["electricity,a,price,0.3,,,USD/kWh,,x,,,", "no date"],
  ["electricity,a,price,,,,USD/kWh,2025,x,,,", "no value"],
  [",a,price,0.3,,,USD/kWh,2025,x,,,", "no kind"],
  ["electricity,,price,0.3,,,USD/kWh,2025,x,,,", "no id"],
  ["electricity,a b,price,0.3,,,USD/kWh,2025,x,,,", 'id "a b" has other characters'],
  [
    "electrcity,a,price,0.3,,,USD/kWh,2025,x,,,",
    'unknown kind "electrcity"; did you mean electricity? allowed: electricity, rental',
  ],
  [
    "api,a,inputs,1,,,USD/1M tokens,2025,x,,,",
    'unknown part "inputs" of api; did you mean input? allowed: input, output, cached',
  ],
  ["api,a,,1,,,USD/1M tokens,2025,x,,,", "no part for api; allowed: input, output, cached"],
  ["electricity,a,price,0.3,,,USD/MWh,2025,x,,,", 'unit "USD/MWh" does not fit; allowed: USD/kWh'],
  ["electricity,a,price,0.3,,,XQX/kWh,2025,x,,,", 'unit "XQX/kWh" does not fit'],
  ["mining,a,efficiency,17.5,,,W/TH,2025,x,,,", 'unit "W/TH" does not fit; allowed: J/TH for efficiency of mining'],
  ["fx,a,rate,1.1,,,EUR/USD,2025,x,,,", 'unit "EUR/USD" does not fit; allowed: USD/EUR'],
  ["fx,a,rate,1,,,USD/USD,2025,x,,,", 'unit "USD/USD" does not fit'],
  ["electricity,a,price,-0.3,,,USD/kWh,2025,x,,,", '"-0.3" is negative'],
  ["electricity,a,price,23.91,,,USD/kWh,2025,x,,,", "plausible, 0 to 5; did you mean 0.2391? a price in cents"],
  ["electricity,a,price,85,,,EUR/kWh,2025,x,,,", "did you mean 0.085? a price per MWh"],
  ["electricity,a,price,0.3,,8,USD/kWh,2025,x,,,", '"8" USD/kWh is outside what is plausible'],
  ["electricity,a,price,1e999,,,USD/kWh,2025,x,,,", '"Infinity" is not a finite number'],
  ["electricity,a,price,NaN,,,USD/kWh,2025,x,,,", '"NaN" is not a number'],
  ["electricity,a,price,$0.30,,,USD/kWh,2025,x,,,", '"$0.30" is not a number'],
  ['electricity,a,price,"0,30",,,USD/kWh,2025,x,,,', '"0,30" is not a number'],
  ["mining,a,efficiency,17500,,,J/TH,2025,x,,,", '"17500" J/TH is outside what is plausible, 1 to 10000'],
  ["mining,a,efficiency,0.0175,,,J/TH,2025,x,,,", "did you mean 17.5? J/GH is a thousandth"],
  ["mining,a,hashprice,0.056,,,USD/PH/s/day,2025,x,,,", "did you mean 56? a price per TH/s"],
  ["pue,a,pue,0.4,,,1,2025,x,,,", "did you mean 1.4? PUE is the whole facility"],
  ["pue,a,pue,140,,,1,2025,x,,,", "did you mean 1.4? PUE is a ratio"],
  ["grid,a,intensity,0.38,,,gCO2e/kWh,2025,x,,,", "did you mean 380? a figure in kg"],
  ["owned,a,life,3,,,h,2025,x,,,", "did you mean 26280? a year has 8,760 hours"],
  ["rebound,a,elasticity,1.1,,,1,2025,x,,,", "did you mean -1.1? more is used at a lower price"],
  ["owned,a,duty,50,,,1,2025,x,,,", "did you mean 0.5?"],
  ["rental,a,price,2,2.5,,USD/h,2025,x,,,", "low 2.5 is above the value 2"],
  ["rental,a,price,2,,1.5,USD/h,2025,x,,,", "high 1.5 is below the value 2"],
  ["rental,a,price,2,,,USD/h,2025-02-29,x,,,", 'date "2025-02-29" is not of the calendar'],
  ["rental,a,price,2,,,USD/h,2025-13,x,,,", 'date "2025-13" is not of the calendar'],
  ["rental,a,price,2,,,USD/h,12.11.2024,x,,,", 'date "12.11.2024" is not of the calendar'],
  ["rental,a,price,2,,,USD/h,2025,x,maybe,,", 'verified is "maybe"; write yes or no'],
  ["rental,a,price,2,,,USD/h,2025,x,yes,yes,a note,more", "13 fields, but 12 columns"],
])("a book with the row %s is refused", async (line, problem) => {
  const problems = await problemsOf(`${HEAD}\nelectricity,good,price,0.3,,,USD/kWh,2025,x,,,"a\nb"\n${line}\n`);
  expect(problems).toMatch(/^own\.csv:4: /);
  expect(problems).toContain(problem);
});
