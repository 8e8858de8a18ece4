import { argumentsOf, evaluate, filterOf, printed, valueOf } from "./expression.ts";
import {
  filterCall,
  type ForNode,
  isStatement,
  type MacroNode,
  type Node,
  type SetNode,
  type Statement,
} from "./nodes.ts";
import { textOf } from "./print.ts";
import type { Scope } from "./scope.ts";
import {
  type Arguments,
  type Callable,
  isNamespace,
  isTruthy,
  itemsOf,
  type Missing,
  type Namespace,
  orElse,
  present,
  type Value,
} from "./values.ts";

/** The text of a template or a part of it. */
export function render(nodes: readonly Node[], scope: Scope): string {
  return nodes.map((node) => renderOne(node, scope)).join("");
}

function renderOne(node: Node, scope: Scope): string {
  return isStatement(node) ? renderStatement(node, scope) : printed(node, scope);
}

function renderStatement(node: Statement, scope: Scope): string {
  switch (node.type) {
    case "Comment":
      return "";
    case "If":
      return render(isTruthy(valueOf(node.test, scope)) ? node.body : node.alternate, scope);
    case "For":
      return renderLoop(node, scope);
    case "Set":
      assign(node, scope);
      return "";
    case "Macro":
      scope.set(node.name.value, macro(node, scope));
      return "";
    case "FilterStatement": {
      const { name, args } = filterCall(node.filter);
      return textOf(present(filterOf(name, render(node.body, scope.inner()), argumentsOf(args, scope))));
    }
    case "Break":
    case "Continue":
    case "CallStatement":
      throw new Error(`has ${node.type}, which is not supported`);
  }
}

/** `for x in xs if ...` counts only the items that pass. */
function renderLoop(node: ForNode, scope: Scope): string {
  const { iterable } = node;
  const filter = iterable.type === "SelectExpression" ? iterable.test : undefined;
  const every = itemsOf(valueOf(iterable.type === "SelectExpression" ? iterable.lhs : iterable, scope));
  const scopeOf = (item: Value): Scope => {
    const inner = scope.inner();
    bindTo(node.loopvar, item, inner);
    return inner;
  };
  const items = filter === undefined ? every : every.filter((item) => isTruthy(valueOf(filter, scopeOf(item))));
  if (items.length === 0) return render(node.defaultBlock, scope.inner());
  return items
    .map((item, i) => {
      const inner = scopeOf(item);
      inner.set("loop", loopOf(items, i));
      return render(node.body, inner);
    })
    .join("");
}

function loopOf(items: readonly Value[], at: number): Namespace {
  const size = items.length;
  const neighbour = (value: Value | undefined): Value | Missing =>
    orElse(value, { kind: "missing", why: "uses the item before the first or behind the last of a loop" });
  const cycle = ({ positional }: Arguments): Value => positional[at % positional.length] ?? null;
  return {
    kind: "namespace",
    names: new Map<string, Value | Missing>([
      ["index", BigInt(at + 1)],
      ["index0", BigInt(at)],
      ["revindex", BigInt(size - at)],
      ["revindex0", BigInt(size - at - 1)],
      ["first", at === 0],
      ["last", at === size - 1],
      ["length", BigInt(size)],
      ["depth", 1n],
      ["depth0", 0n],
      ["previtem", neighbour(items[at - 1])],
      ["nextitem", neighbour(items[at + 1])],
      ["cycle", { kind: "callable", name: "loop.cycle", call: cycle }],
    ]),
  };
}

function assign(node: SetNode, scope: Scope): void {
  if (node.value !== null) return bindTo(node.assignee, evaluate(node.value, scope), scope);
  const text = render(node.body, scope.inner());
  // {% set x | upper %}...{% endset %}: the filters work on what the block renders to, under the name itself.
  const target = baseOf(node.assignee);
  const inner = scope.inner();
  bindTo(target, text, inner);
  bindTo(target, target === node.assignee ? text : evaluate(node.assignee, inner), scope);
}

function baseOf(node: Node): Node {
  return node.type === "FilterExpression" ? baseOf(node.operand) : node;
}

/** Gives a name, a member of a namespace, or several of them at once, a value. */
function bindTo(target: Node, value: Value | Missing, scope: Scope): void {
  if (target.type === "Identifier") return scope.set(target.value, value);
  if (target.type === "MemberExpression" && target.property.type === "Identifier") {
    const object = valueOf(target.object, scope);
    if (!isNamespace(object)) throw new Error(`sets "${target.property.value}" of what is no namespace()`);
    object.names.set(target.property.value, present(value));
    return;
  }
  if (target.type !== "TupleLiteral") throw new Error("sets what is no name");
  const items = itemsOf(present(value));
  if (items.length !== target.value.length)
    throw new Error(`takes ${items.length} values apart into ${target.value.length} names`);
  for (const [i, one] of target.value.entries()) bindTo(one, items[i] as Value, scope);
}

function macro(node: MacroNode, scope: Scope): Callable {
  const name = node.name.value;
  const call = ({ positional, named }: Arguments): Value => {
    const inner = scope.outermost.inner();
    if (positional.length > node.args.length) throw new Error(`gives the macro ${name} too many values`);
    const known = node.args.map((arg) => (arg.type === "Identifier" ? arg.value : arg.key.value));
    const stranger = [...named.keys()].find((key) => !known.includes(key));
    if (stranger !== undefined) throw new Error(`gives the macro ${name} "${stranger}", which it does not take`);
    for (const [i, arg] of node.args.entries()) {
      const parameter = known[i] as string;
      const given = orElse(positional[i], named.get(parameter));
      if (given !== undefined) inner.set(parameter, given);
      else if (arg.type === "KeywordArgumentExpression") inner.set(parameter, evaluate(arg.value, inner));
      else inner.set(parameter, { kind: "missing", why: `uses "${parameter}", which the macro ${name} was not given` });
    }
    return render(node.body, inner);
  };
  return { kind: "callable", name, call };
}
