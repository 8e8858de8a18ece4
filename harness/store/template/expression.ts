import { applyFilter, applyTest } from "./filters.ts";
import { attributeOf, methodOf } from "./members.ts";
import {
  type CallNode,
  filterCall,
  type FilterNode,
  isExpression,
  type MemberNode,
  type Node,
  type SliceNode,
} from "./nodes.ts";
import { binary, slice, unary } from "./operators.ts";
import { reprOf, textOf } from "./print.ts";
import type { Scope } from "./scope.ts";
import { itemOf } from "./slices.ts";
import {
  type Arguments,
  isCallable,
  isDict,
  isList,
  isMissing,
  isTruthy,
  isTuple,
  itemsOf,
  type Missing,
  orElse,
  present,
  tuple,
  typeName,
  type Value,
} from "./values.ts";

const CONSTANTS: Readonly<Record<string, Value>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
};

/** The value of an expression, where what is missing is an error. */
export function valueOf(node: Node, scope: Scope): Value {
  return present(evaluate(node, scope));
}

/** What `{{ expression }}` prints. */
export function printed(node: Node, scope: Scope): string {
  const value = evaluate(node, scope);
  return isMissing(value) && value.isBlank === true ? "" : textOf(present(value));
}

/** The value of an expression, or that it is missing, which only `default` and tests for it may see. */
export function evaluate(node: Node, scope: Scope): Value | Missing {
  if (!isExpression(node)) throw new Error(`has ${node.type} where a value should be`);
  switch (node.type) {
    case "Identifier":
      return Object.hasOwn(CONSTANTS, node.value) ? (CONSTANTS[node.value] as Value) : scope.get(node.value);
    case "IntegerLiteral":
      return BigInt(node.value);
    case "FloatLiteral":
    case "StringLiteral":
      return node.value;
    case "ArrayLiteral":
      return node.value.map((item) => valueOf(item, scope));
    case "TupleLiteral":
      return tuple(...node.value.map((item) => valueOf(item, scope)));
    case "ObjectLiteral":
      return new Map([...node.value].map(([key, value]) => [valueOf(key, scope), valueOf(value, scope)]));
    case "MemberExpression":
      return member(node, scope);
    case "CallExpression":
      return call(node, scope);
    case "FilterExpression":
      return filtered(node, scope);
    case "Ternary":
      return evaluate(isTruthy(valueOf(node.condition, scope)) ? node.trueExpr : node.falseExpr, scope);
    case "SelectExpression":
      if (isTruthy(valueOf(node.test, scope))) return evaluate(node.lhs, scope);
      return { kind: "missing", isBlank: true, why: 'uses an "if" without "else" whose condition does not hold' };
    case "UnaryExpression": {
      const value = valueOf(node.argument, scope);
      return node.operator.value === "not" ? !isTruthy(value) : unary(node.operator.value, value);
    }
    case "BinaryExpression": {
      if (node.operator.value === "~") return printed(node.left, scope) + printed(node.right, scope);
      const left = valueOf(node.left, scope);
      if (node.operator.value === "and") return isTruthy(left) ? evaluate(node.right, scope) : left;
      if (node.operator.value === "or") return isTruthy(left) ? left : evaluate(node.right, scope);
      return binary(node.operator.value, left, valueOf(node.right, scope));
    }
  }
}

function member(node: MemberNode, scope: Scope): Value | Missing {
  const object = valueOf(node.object, scope);
  if (node.property.type === "SliceExpression") return sliceOf(object, node.property, scope);
  const found = node.computed
    ? indexed(object, valueOf(node.property, scope))
    : attributeOf(object, nameOf(node.property));
  const why = `uses "${pathOf(node)}", which this row lacks; ${pathOf(node.object)} ${holdings(object)}`;
  return orElse(found, { kind: "missing", why });
}

/** `a["b"]`: an item before a method. */
function indexed(object: Value, key: Value): Value | undefined {
  return orElse(itemOf(object, key), typeof key === "string" ? methodOf(object, key) : undefined);
}

function sliceOf(object: Value, node: SliceNode, scope: Scope): Value {
  const bounds = [node.start, node.stop, node.step].map((bound) =>
    bound === undefined ? undefined : valueOf(bound, scope),
  );
  return slice(object, ...bounds);
}

function nameOf(property: Node): bigint | string {
  return property.type === "IntegerLiteral"
    ? BigInt(property.value)
    : property.type === "Identifier"
      ? property.value
      : "";
}

/** An expression as its author would know it again. */
function pathOf(node: Node): string {
  if (node.type === "Identifier") return node.value;
  if (node.type === "IntegerLiteral" || node.type === "FloatLiteral") return String(node.value);
  if (node.type === "StringLiteral") return reprOf(node.value);
  if (node.type === "SliceExpression") return ":";
  if (node.type === "CallExpression") return `${pathOf(node.callee)}()`;
  if (node.type === "FilterExpression") return `${pathOf(node.operand)}|${filterCall(node.filter).name}`;
  if (node.type !== "MemberExpression") return "(...)";
  return node.computed
    ? `${pathOf(node.object)}[${pathOf(node.property)}]`
    : `${pathOf(node.object)}.${pathOf(node.property)}`;
}

function holdings(value: Value): string {
  if (isDict(value)) return value.size === 0 ? "is empty" : `has ${[...value.keys()].map(textOf).join(", ")}`;
  if (typeof value === "string") return `is a text of ${itemsOf(value).length} characters`;
  if (isList(value) || isTuple(value)) return `is a ${typeName(value)} of ${itemsOf(value).length}`;
  return `is ${typeName(value)}`;
}

function call(node: CallNode, scope: Scope): Value | Missing {
  const callee = valueOf(node.callee, scope);
  if (!isCallable(callee)) throw new Error(`calls "${pathOf(node.callee)}", which is ${typeName(callee)}`);
  return callee.call(argumentsOf(node.args, scope));
}

export function argumentsOf(nodes: readonly Node[], scope: Scope): Arguments {
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  for (const node of nodes) {
    if (node.type === "KeywordArgumentExpression") named.set(node.key.value, valueOf(node.value, scope));
    else if (node.type === "SpreadExpression") positional.push(...itemsOf(valueOf(node.argument, scope)));
    else if (node.type === "KeywordSpreadExpression") {
      const more = valueOf(node.argument, scope);
      if (!isDict(more)) throw new Error(`unpacks ${reprOf(more)} as named values`);
      for (const [key, value] of more) named.set(textOf(key), value);
    } else positional.push(valueOf(node, scope));
  }
  return { positional, named };
}

/** Tests come as filters called "is odd" and "is not odd". */
function filtered(node: FilterNode, scope: Scope): Value | Missing {
  const { name, args } = filterCall(node.filter);
  const operand = evaluate(node.operand, scope);
  const test = /^is (not )?(.*)$/.exec(name);
  if (test === null) return filterOf(name, operand, argumentsOf(args, scope));
  const [, not, wanted = ""] = test;
  return (not === undefined) === isTrue(wanted, operand, args, scope);
}

function isTrue(test: string, operand: Value | Missing, args: readonly Node[], scope: Scope): boolean {
  if (test === "defined") return !isMissing(operand);
  if (test === "undefined") return isMissing(operand);
  return applyTest(test, present(operand), argumentsOf(args, scope));
}

/** A filter on a value that may be missing, which `default` may see. */
export function filterOf(name: string, operand: Value | Missing, args: Arguments): Value | Missing {
  if (name !== "default" && name !== "d") return applyFilter(name, present(operand), args);
  const other = orElse(orElse(args.positional[0], args.named.get("default_value")), "");
  const whereFalse = orElse(args.positional[1], args.named.get("boolean"));
  const isWanting = isMissing(operand) || (whereFalse === true && !isTruthy(operand));
  return isWanting ? other : operand;
}
