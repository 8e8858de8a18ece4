import { present } from "../present.ts";
import { ratioInterval } from "../stats/bootstrap.ts";
import { clusterSums } from "../stats/clusters.ts";
import { exchangeTest } from "../stats/exchange.ts";
import { type Estimate, type Interval, wilsonClustered, Z95 } from "../stats/interval.ts";
import { mcnemar, tango } from "../stats/pairedproportions.ts";
import { normalQuantile } from "../stats/samplesizenormal.ts";
import { clusteredStandardError } from "../stats/standarderror.ts";
import type { PairedQuestion } from "./precisionpairs.ts";

/** How right two were, question by question; a failure is a wrong answer. The four counts add up to the questions. */
export interface PairedQuality {
  /** Alike and above 0. */
  readonly bothCorrect: number;
  /** Of credit by parts: where the first has more. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
  /** Of the first less of the second. */
  readonly difference: Estimate;
  /** p-value of the two being equally right. */
  readonly mcnemar: number;
  /** Answers taken to be something else, right or wrong; one that failed beside one that came is among them. */
  readonly flips: number;
  readonly flipRate: Estimate;
}

export interface QualityOptions {
  readonly seed: number;
  readonly resamples?: number;
  /** Of the difference's interval. */
  readonly confidence?: number;
}

const RESAMPLES = 10_000;

/**
 * Two cells beside each other. Of questions that stand alone and are right or wrong: Tango's interval and McNemar's exact test. Of
 * credit by parts, and of clusters: the bootstrap's interval, and the test by exchanging the two, clusters whole.
 */
export function pairedQuality(
  questions: readonly PairedQuestion[],
  { seed, resamples = RESAMPLES, confidence = 0.95 }: QualityOptions,
): PairedQuality | undefined {
  const items = questions.length;
  if (items === 0) return undefined;
  const count = (is: (first: number, second: number) => boolean): number =>
    questions.filter(({ credit, referenceCredit }) => is(credit, referenceCredit)).length;
  const [onlyFirst, onlySecond] = [count((a, b) => a > b), count((a, b) => a < b)];
  const neither = count((a, b) => a === 0 && b === 0);
  const isPlain = questions.every((one) => one.cluster === undefined && isWhole(one));
  const differences = questions.map(({ credit, referenceCredit }) => credit - referenceCredit);
  const clusters = questions.map(({ cluster }) => cluster);
  const drawn = clusterSums(differences, clusters);
  const value = differences.reduce((sum, difference) => sum + difference, 0) / items;
  const interval = isPlain
    ? tango({ first: onlyFirst, second: onlySecond, items }, zOf(confidence))
    : resampledInterval(
        drawn,
        clusterSums(
          questions.map(() => 1),
          clusters,
        ),
        { seed, resamples, confidence },
      );
  return {
    bothCorrect: items - onlyFirst - onlySecond - neither,
    onlyFirst,
    onlySecond,
    neither,
    difference: present({ value, interval }),
    mcnemar: isPlain ? mcnemar(onlyFirst, onlySecond) : exchangeTest(drawn, { seed, resamples }),
    flips: questions.reduce((sum, { flips }) => sum + flips, 0),
    flipRate: flipRate(questions),
  };
}

const zOf = (confidence: number): number => (confidence === 0.95 ? Z95 : normalQuantile((1 + confidence) / 2));

const isWhole = ({ credit, referenceCredit }: PairedQuestion): boolean =>
  [credit, referenceCredit].every((one) => one === 0 || one === 1);

/** Drawing cannot tell what is not there: where no cluster differs it has no width, and Tango's of as many items stands in. */
function resampledInterval(
  differences: readonly number[],
  sizes: readonly number[],
  options: Required<QualityOptions>,
): Interval | undefined {
  if (differences.every((difference) => difference === 0)) {
    return tango({ first: 0, second: 0, items: differences.length }, zOf(options.confidence));
  }
  return ratioInterval(differences, sizes, options);
}

function flipRate(questions: readonly PairedQuestion[]): Estimate {
  const rates = questions.map(({ flips, puts }) => flips / puts);
  const value = rates.reduce((sum, rate) => sum + rate, 0) / questions.length;
  const clusters = questions.map(({ cluster }, i) => (cluster === undefined ? `alone ${i}` : `in ${cluster}`));
  const isClustered = questions.some(({ cluster }) => cluster !== undefined);
  const interval = wilsonClustered(
    present({
      share: value,
      items: questions.length,
      clusters: new Set(clusters).size,
      standardError: isClustered ? clusteredStandardError(rates, clusters) : undefined,
    }),
  );
  return { value, interval };
}
