import type { MeterRecord } from "../../run.ts";
import type { Seconds } from "../../units.ts";
import type { CounterKind } from "../counter.ts";
import { type Counter, openCounters } from "../counters.ts";
import type { Host } from "../host.ts";
import { type EnergyMeter, IMPLAUSIBLE_WATTS, type OpenMeter, type Probe } from "../meter.ts";
import { moves } from "../probe.ts";
import { openSensor } from "../samples.ts";
import { text, wholeNumber } from "../linux/sysfs.ts";

const DRM = "/sys/class/drm";
const EVERY: Seconds = 0.1;

/** hwmon counts microjoules and microwatts (kernel, Documentation/hwmon/sysfs-interface.rst). */
const MICRO = 1e-6;
const KIND: CounterKind = { unit: MICRO, most: IMPLAUSIBLE_WATTS, period: EVERY };

/** A board's figures that exist as files; not all of them work. */
interface Card {
  /** `card0` */
  readonly name: string;
  /** Of the kernel: amdgpu, i915 or xe. */
  readonly driver: string;
  readonly energy: string;
  readonly power: readonly string[];
}

type Figure = "energy" | "power";

/**
 * Graphics boards that the kernel itself meters: AMD's power (amdgpu), the energy counters of Intel's (i915 since Linux
 * 6.2, xe) and of AMD boards that have one.
 */
export const amd: EnergyMeter = {
  id: "amd",
  about: "AMD and Intel graphics boards, through the kernel's hwmon",
  domain: "gpu",
  async probe(host): Promise<Probe> {
    if (host.platform !== "linux") return { works: false, reason: "hwmon is Linux's" };
    const cards = findCards(host);
    if (cards.length === 0) return { works: false, reason: `no AMD or Intel board in ${DRM} meters itself` };
    const byEnergy = await working(host, cards, "energy");
    const byPower = byEnergy.cards.length < cards.length ? await working(host, cards, "power") : undefined;
    // A sum of counters is worth more than one of samples, but not if it leaves a board out.
    const isPower = byPower !== undefined && byPower.cards.length > byEnergy.cards.length;
    const [figure, { cards: counted, problems }] = isPower
      ? (["power", byPower] as const)
      : (["energy", byEnergy] as const);
    if (counted.length === 0) {
      return { works: false, reason: [...byEnergy.problems, ...(byPower?.problems ?? [])].join("; ") };
    }
    const record = recordOf(
      counted,
      figure,
      problems.map((problem) => `not counted: ${problem}`),
    );
    return { works: true, record, open: () => Promise.resolve(openCards(host, record, counted, figure)) };
  },
};

function findCards(host: Host): Card[] {
  const cards: Card[] = [];
  for (const name of host.list(DRM).filter((entry) => /^card\d+$/.test(entry))) {
    const parent = `${DRM}/${name}/device/hwmon`;
    for (const folder of host.list(parent).map((entry) => `${parent}/${entry}`)) {
      const driver = text(host, `${folder}/name`);
      if (driver === undefined || !["amdgpu", "i915", "xe"].includes(driver) || isInsideProcessor(host, folder))
        continue;
      const files = host.list(folder);
      const power = ["power1_average", "power1_input"].filter((file) => files.includes(file));
      if (power.length === 0 && !files.includes("energy1_input")) continue;
      cards.push({
        name,
        driver,
        energy: `${folder}/energy1_input`,
        power: power.map((file) => `${folder}/${file}`),
      });
    }
  }
  return cards;
}

/**
 * Graphics inside a processor show the power of the whole chip ("On APUs this includes the CPU", kernel documentation of
 * amdgpu), which is the processor meter's. They are the ones with a voltage of the northbridge.
 */
function isInsideProcessor(host: Host, folder: string): boolean {
  return text(host, `${folder}/in1_label`) === "vddnb";
}

/**
 * The cards of which a figure moves. Two dies on one board are two cards, the second of which shows 0: the first counts
 * both. Some boards' figures are frozen.
 */
async function working(
  host: Host,
  cards: readonly Card[],
  figure: Figure,
): Promise<{ cards: readonly Card[]; problems: readonly string[] }> {
  const good: Card[] = [];
  const problems: string[] = [];
  for (const card of cards) {
    const meter = openCards(host, recordOf([card], figure, []), [card], figure);
    const seen = await moves(host, () => meter.read());
    await meter.close();
    if ("reason" in seen) problems.push(`${figure} of ${card.name} (${card.driver}): ${seen.reason}`);
    else good.push(card);
  }
  return { cards: good, problems };
}

function openCards(host: Host, record: MeterRecord, cards: readonly Card[], figure: Figure): OpenMeter {
  if (figure === "energy") {
    const counters = cards.map((card): Counter => ({ kind: KIND, raw: () => wholeNumber(host, card.energy) }));
    return openCounters(host, record, counters);
  }
  const watts = (card: Card): number | undefined => {
    const microwatts = card.power.map((file) => wholeNumber(host, file)).find((value) => value !== undefined);
    return microwatts === undefined ? undefined : Number(microwatts) * MICRO;
  };
  return openSensor(host, record, {
    every: EVERY,
    lag: 0,
    watts() {
      const all = cards.map(watts).filter((value) => value !== undefined);
      return all.length < cards.length ? undefined : all.reduce((sum, value) => sum + value, 0);
    },
  });
}

function recordOf(cards: readonly Card[], figure: Figure, flags: readonly string[]): MeterRecord {
  const isCounter = figure === "energy";
  return {
    id: "amd",
    source: cards.map((card) => `${card.driver}:${card.name}`).join("+"),
    domain: "gpu",
    boundary: "gpu_board",
    grade: isCounter ? "A" : "B",
    period: EVERY,
    quantum: isCounter ? MICRO : MICRO * EVERY,
    error: isCounter ? 0.05 : 0.1,
    shortest: isCounter ? 5 : 30,
    flags: [...flags],
  };
}
