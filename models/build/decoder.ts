import { addAttentionInputs, addMixer } from "./attention.ts";
import { addFeedForward } from "./feedforward.ts";
import { GraphBuilder, type Graph } from "./graph.ts";
import { addAppended } from "./groupedattention.ts";
import { addResidualNorm, entryScale, type Residual } from "./norm.ts";
import { addLearned } from "./positions.ts";
import { integers, number, type Scope } from "./scope.ts";
import { addVocabulary } from "./vocabulary.ts";

/**
 * The whole decoder: token ids and cache in, logits and the longer cache out. `num_logits_to_keep`, a scalar, is how many of the
 * last new positions get logits; 0 is all of them. It counts padding: in a row padded on the right, its last token is further ahead.
 */
export function decoderGraph(model: Omit<Scope, "builder">): Graph {
  const builder = new GraphBuilder();
  const scope: Scope = { ...model, builder };
  const { vocab, blocks, norm, logitScale } = model.architecture;
  const ids = builder.input("input_ids", "int64", ["batch_size", "sequence_length"]);
  const mask = builder.input("attention_mask", "int64", ["batch_size", "total_sequence_length"]);
  const positions = builder.input("position_ids", "int64", ["batch_size", "sequence_length"]);
  const kept = builder.input("num_logits_to_keep", "int64", []);
  builder.output("logits", "float32", ["batch_size", "num_logits", vocab]);
  const inputs = addAttentionInputs(scope, { ids, mask, positions });
  const vocabulary = addVocabulary(scope);
  let residual = addEntry(scope, vocabulary.addEmbedding(ids), positions);
  for (const [layer, block] of blocks.entries()) {
    const attention = addResidualNorm(scope, residual, block.attentionNorm);
    const mixed = addMixer(scope, attention.normed, block.attention, inputs, layer);
    residual = { ...attention.residual, update: mixed };
    // Beyond the last attention no position needs another, so nothing is computed for those whose logits are not wanted.
    if (layer === blocks.length - 1) residual = addKept(scope, residual, kept);
    const feedForward = addResidualNorm(scope, residual, block.feedForwardNorm);
    residual = { ...feedForward.residual, update: addFeedForward(scope, feedForward.normed, block.feedForward) };
  }
  const { normed } = addResidualNorm(scope, residual, norm);
  vocabulary.addHead(scaled(scope, normed, logitScale), "logits");
  if (inputs.grouped && !inputs.latent) addAppended(scope);
  return builder.graph;
}

/** What enters the residual stream: embeddings, and the positions' vectors where there are any. */
function addEntry(scope: Scope, embedded: string, positions: string): Residual {
  const { architecture } = scope;
  const sum = scaled(scope, embedded, entryScale(architecture));
  if (architecture.positions.kind === "rotary") return { sum };
  const update = addLearned(scope, architecture.positions, positions);
  return { sum, update: scaled(scope, update, 1 / architecture.residualScale) };
}

/** The last `kept` positions; all where it is 0, since a Slice that begins at -0 begins at the first. */
function addKept(scope: Scope, { sum, update }: Residual, kept: string): Residual {
  const { builder } = scope;
  const from = builder.node({ op: "Sub", inputs: [integers(scope, "zero", [0]), kept] });
  const rest = [from, integers(scope, "end", [2 ** 31]), integers(scope, "axis", [1])];
  const keep = (input: string) => builder.node({ op: "Slice", inputs: [input, ...rest] });
  return { sum: keep(sum), ...(update !== undefined && { update: keep(update) }) };
}

function scaled(scope: Scope, input: string, factor: number): string {
  return factor === 1 ? input : scope.builder.node({ op: "Mul", inputs: [input, number(scope, "factor", factor)] });
}
