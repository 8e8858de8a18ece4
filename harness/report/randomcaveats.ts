import { wholeOf } from "../model.ts";
import type { Caveat, CellSummary } from "../report.ts";
import type { Run } from "../run.ts";

/** Random weights do the work of an architecture, or of part of one, and nothing else. */
export function randomCaveats({ plan }: Pick<Run, "plan">, { cell, model }: Omit<CellSummary, "caveats">): Caveat[] {
  const caveats: Caveat[] = [
    {
      id: "random_weights",
      text:
        "weights are random: time, memory and energy are those of the architecture, answers are not judged, and each is " +
        "written to the task's length limit whatever it says",
      remedy: "run a checkpoint with its own weights to learn what it knows",
    },
  ];
  if (cell.layers !== undefined && plan.depth !== undefined) {
    caveats.push(...partOfDepth(cell.key, plan.depth, cell.layers));
  }
  if (model.experts !== undefined) {
    caveats.push({
      id: "random_routing",
      text: "routing by random weights is near uniform, a trained model's need not be: it may read fewer experts over an answer",
      detail: `${cell.key}: ${model.experts.per_token} of ${model.experts.count} experts a token`,
      remedy: "where the split of rows among experts matters, measure trained weights",
    });
  }
  if (model.tokenizer === "stand_in") {
    caveats.push({
      id: "stand_in_tokenizer",
      text: "the folder has no tokenizer: a stand-in makes a token of every 4 characters, so token counts are not the model's own",
      remedy: "put its tokenizer.json and tokenizer_config.json beside config.json",
    });
  }
  return caveats;
}

/** What comes once in a model weighs more where layers are missing. */
function partOfDepth(key: string, depth: string, layers: number): Caveat[] {
  const whole = wholeOf(depth, layers);
  if (layers === whole) return [];
  const times = Number((whole / layers).toPrecision(3));
  return [
    {
      id: "part_of_depth",
      text:
        `only ${depth} of the layers: embedding and head weigh ${times} times as much as in the whole model; ` +
        "time per token is not that of the model",
      detail: `${key}: ${layers} of ${whole} layers`,
      remedy: "run it whole on a machine with room for it",
    },
  ];
}
