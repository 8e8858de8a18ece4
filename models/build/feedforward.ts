import type { FeedForward, PlainUnit } from "./architecture.ts";
import { addExperts } from "./experts.ts";
import { addGated } from "./gatedunit.ts";
import { addLinear } from "./linear.ts";
import type { Scope } from "./scope.ts";

/** Adds a block's feed-forward over `input`, [batch_size, sequence_length, hidden] to the same shape. */
export function addFeedForward(scope: Scope, input: string, feedForward: FeedForward): string {
  switch (feedForward.kind) {
    case "gated":
      return addGated(scope, input, feedForward);
    case "plain":
      return addPlain(scope, input, feedForward);
    case "sparse":
      return addExperts(scope, input, feedForward);
  }
}

function addPlain(scope: Scope, input: string, { up, down }: PlainUnit): string {
  // Gelu in its tanh form; FastGelu is ONNX Runtime's name of it.
  const activated = scope.builder.node({ op: "FastGelu", inputs: [addLinear(scope, input, [up])] });
  return addLinear(scope, activated, [down]);
}
