import { hasFilter, hasTest } from "./filters.ts";
import { type BinaryNode, childrenOf, filterCall, type Node } from "./nodes.ts";

/** Refuses, before any row is rendered, what jinja2 refuses and the library's parser lets through, and what is not done here. */
export function checkTemplate(nodes: readonly Node[]): void {
  for (const node of nodes) {
    checkNode(node);
    checkTemplate(childrenOf(node));
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", ">", "<=", ">=", "in", "not in"]);

function isComparison(node: Node): node is BinaryNode {
  return node.type === "BinaryExpression" && COMPARISONS.has(node.operator.value);
}

function checkNode(node: Node): void {
  if (node.type === "Break" || node.type === "Continue")
    throw new SyntaxError(`there is no "${node.type.toLowerCase()}" in lm-eval's templates`);
  if (node.type === "CallStatement") throw new SyntaxError('"call" blocks are not supported');
  if (node.type === "FilterExpression" || node.type === "FilterStatement") checkFilter(filterCall(node.filter).name);
  if (isComparison(node) && isComparison(node.left))
    throw new SyntaxError('it compares three values at once; write two comparisons with "and"');
}

function checkFilter(name: string): void {
  const [, test] = /^is (?:not )?(.*)$/.exec(name) ?? [];
  if (test === undefined ? isFilter(name) : isTest(test)) return;
  throw new SyntaxError(test === undefined ? `there is no filter "${name}"` : `there is no test "${test}"`);
}

const isFilter = (name: string): boolean => hasFilter(name) || name === "default" || name === "d";
const isTest = (name: string): boolean => hasTest(name) || name === "defined" || name === "undefined";
