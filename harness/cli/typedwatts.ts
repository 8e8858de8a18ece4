import type { Stage } from "../execute/stages.ts";
import { IMPLAUSIBLE_WATTS } from "../meter/meter.ts";
import { duration } from "../report/format.ts";
import type { Seconds, Watts } from "../units.ts";
import { UsageError } from "./flags.ts";

/** Mean watts at the wall over a stage, as a person read them; undefined for a stage that nobody watched. */
export type Reader = (stage: Stage, seconds: Seconds) => Promise<Watts | undefined>;

const ATTEMPTS = 3;

/** All stages at once, separated by commas. Nothing between two commas leaves that stage out. */
export function typedInAdvance(text: string, stages: readonly Stage[]): Reader {
  const words = text.split(",");
  if (words.length !== stages.length) {
    throw new UsageError(
      `--typed: "${text}" has ${words.length} values, ${stages.length} stages need one each: ${stages.join(", ")}`,
    );
  }
  const watts = new Map(
    words.map((word, i) => {
      const read = wattsIn(word);
      if (read === "unusable") throw new UsageError(`--typed: "${word}" for ${stages[i]} ${WRONG}`);
      return [stages[i], read];
    }),
  );
  return (stage) => Promise.resolve(watts.get(stage));
}

/** After every stage, with further tries: a slip of the finger should not cost a quarter of an hour. */
export function typedWhenAsked(ask: (question: string) => Promise<string>, note: (text: string) => void): Reader {
  return async (stage, seconds) => {
    for (let attempt = 1; ; attempt++) {
      const word = await ask(
        `${stage}: mean watts at the wall over the last ${duration(seconds)} (empty to leave this stage out): `,
      );
      const watts = wattsIn(word.replace(",", "."));
      if (watts !== "unusable") return watts;
      if (attempt === ATTEMPTS) throw new Error(`calibrate: "${word}" for ${stage} ${WRONG}`);
      note(`"${word}" ${WRONG}`);
    }
  };
}

const WRONG = `is not a number of watts above 0 and below ${IMPLAUSIBLE_WATTS}`;

function wattsIn(word: string): Watts | "unusable" | undefined {
  const text = word.trim();
  if (text === "") return undefined;
  const [, digits] = /^(\d+(?:\.\d+)?)(?:\s*W)?$/i.exec(text) ?? [];
  const watts = Number(digits);
  return watts > 0 && watts < IMPLAUSIBLE_WATTS ? watts : "unusable";
}
