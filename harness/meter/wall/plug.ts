import type { MeterRecord } from "../../run.ts";
import type { Joules, Nanoseconds, Seconds, Watts } from "../../units.ts";
import { inBackground } from "../background.ts";
import { accumulator, sleepWatch } from "../counter.ts";
import type { Host } from "../host.ts";
import { integrator } from "../integrate.ts";
import { IMPLAUSIBLE_WATTS, type OpenMeter, type Probe, type Reading } from "../meter.ts";
import { type PlugFigures, plugFigures } from "./plugreply.ts";
import { longEnough, milli, SHORTEST, wallRecord } from "./wallrecord.ts";

const EVERY: Seconds = 1;
/** A plug on a busy radio answers late; an answer later than that is none. */
const PATIENCE: Seconds = 3;
const PROBE_POLLS = 4;

type Poll = { readonly at: Nanoseconds } & PlugFigures;

/** A plug or home automation that is asked for its figures over HTTP. */
export async function probePlug(host: Host, address: string): Promise<Probe> {
  const polls: Poll[] = [];
  while (polls.length < PROBE_POLLS) {
    if (polls.length > 0) await host.sleep(EVERY);
    const asked = await ask(host, address);
    if ("reason" in asked) return { works: false, ...asked };
    polls.push(asked);
  }
  const chosen = choose(polls);
  if ("reason" in chosen) return { works: false, reason: chosen.reason };
  const record = wallRecord(sourceOf(address), chosen);
  return { works: true, record, open: () => openPlug(host, address, record) };
}

/**
 * Counter or power? A plug's own counter misses nothing, so it is preferred, if it is seen to move and its steps are at
 * most 1 % of what the shortest window takes. Many count in steps too coarse for that (Tasmota's kWh to three decimals
 * are 3600 J): then their power figure, once a second, says more.
 */
function choose(
  polls: readonly Poll[],
): { grade: "A" | "B"; period: Seconds; quantum: Joules; shortest: Seconds } | { reason: string } {
  const told = polls.flatMap((poll) => poll.watts ?? []);
  const watts: Watts | undefined =
    told.length < polls.length ? undefined : told.reduce((sum, value) => sum + value, 0) / told.length;
  const wrong = told.find((value) => value < 0 || value >= IMPLAUSIBLE_WATTS);
  if (wrong !== undefined) return { reason: `it reads ${wrong} W, which no machine draws` };
  const counted = polls.flatMap(({ energy, at }) => (energy === undefined ? [] : [{ ...energy, at }]));
  const [first, last] = [counted[0], counted.at(-1)];
  if (first !== undefined && last !== undefined && counted.length === polls.length) {
    const joules = last.joules - first.joules;
    const seconds = (last.at - first.at) / 1e9;
    const steps = counted.filter(({ joules: value }, i) => i > 0 && value !== counted[i - 1]?.joules).length;
    const isFine = watts === undefined || first.quantum <= 0.01 * watts * SHORTEST;
    const mean = joules / seconds;
    // One step says nothing of how long steps are; and the two figures of one plug must tell of one machine.
    const isSteady = steps >= 2 && (watts === undefined || (mean > watts / 2 && mean < 2 * watts));
    if (joules > 0 && mean < IMPLAUSIBLE_WATTS && isFine && isSteady) {
      const period = Math.max(EVERY, seconds / steps);
      return { grade: "A", period, quantum: first.quantum, shortest: longEnough(period) };
    }
    if (watts === undefined) {
      return {
        reason: `its counter hardly moves: ${joules} J in ${steps} steps in ${seconds} s; give the address of its power instead`,
      };
    }
  }
  if (watts === undefined) return { reason: "it tells neither power nor energy every time" };
  if (watts === 0) return { reason: "it reads 0 W: is this machine plugged into it?" };
  return { grade: "B", period: EVERY, quantum: 0.1 * EVERY, shortest: longEnough(EVERY) };
}

async function openPlug(host: Host, address: string, record: MeterRecord): Promise<OpenMeter> {
  const most = IMPLAUSIBLE_WATTS;
  const sum = integrator({ period: record.period, most });
  const count = accumulator({ unit: milli.unit, most, period: record.period });
  const slept = sleepWatch(host);
  let reading: Reading | undefined;
  let polled: Nanoseconds = -Infinity;
  const poll = async (): Promise<void> => {
    polled = host.clock();
    const asked = await ask(host, address);
    if (slept()) {
      sum.break();
      count.break();
    }
    if ("reason" in asked) reading = undefined;
    else if (record.grade === "A") {
      const { energy } = asked;
      reading = count.add(milli.raw(energy?.joules), asked.at);
    } else {
      sum.add(asked.watts, asked.at);
      const summed = sum.read();
      // A figure that was refused leaves the sum where it was: nothing is known of now.
      reading = summed?.at === asked.at ? summed : undefined;
    }
  };
  let current: Promise<void> | undefined;
  /** One question at a time, and none sooner than a second after the last. */
  const look = (): Promise<void> => {
    if (host.clock() - polled >= EVERY * 0.95e9) current ??= poll().finally(() => (current = undefined));
    return current ?? Promise.resolve();
  };
  await look();
  const stop = inBackground(EVERY, () => void look());
  return {
    record,
    async read() {
      await look();
      return reading;
    },
    close() {
      stop();
      return Promise.resolve();
    },
  };
}

/** Asks once. What it says belongs to the middle of the time between question and answer. */
async function ask(host: Host, address: string): Promise<Poll | { reason: string; remedy?: string }> {
  const { url, headers } = request(host, address);
  const before = host.clock();
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE * 1_000) });
    if (response.status === 401) {
      const reason = `${sourceOf(address)} wants a password or token`;
      return { reason, remedy: "put the token into PERJOULE_WALL_TOKEN, or user:password@ before the host" };
    }
    if (!response.ok) return { reason: `${sourceOf(address)} answers ${response.status} ${response.statusText}` };
    const found = plugFigures(await response.json());
    if ("reason" in found) return { reason: `${sourceOf(address)}: ${found.reason}` };
    return { ...found, at: (before + host.clock()) / 2 };
  } catch (error) {
    return { reason: `${sourceOf(address)} gives no answer: ${whyNot(error as Error)}` };
  }
}

/** `fetch` refuses addresses with a password in them. */
function request(host: Host, address: string): { url: string; headers: Record<string, string> } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const token = host.env["PERJOULE_WALL_TOKEN"];
  if (token !== undefined) return { url: url.href, headers: { authorization: `Bearer ${token}` } };
  if (username === "") return { url: url.href, headers: {} };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: url.href, headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` } };
}

/** The address as it may stand in results: no passwords, which some plugs want in the query. */
export function sourceOf(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

function whyNot(error: Error): string {
  if (error.name === "TimeoutError") return `none within ${PATIENCE} s`;
  if (error instanceof SyntaxError) return "not JSON";
  return error.cause instanceof Error ? error.cause.message : error.message;
}
