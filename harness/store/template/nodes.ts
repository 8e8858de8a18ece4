/** What `parse` of @huggingface/jinja gives, as far as templates here use it. A test `x is odd` is a filter here: see source.ts. */
export type Node = Statement | Expression | Part;

export type Statement =
  | { readonly type: "Comment" | "Break" | "Continue" | "CallStatement" }
  | IfNode
  | ForNode
  | SetNode
  | MacroNode
  | { readonly type: "FilterStatement"; readonly filter: FilterName; readonly body: readonly Node[] };

export type Expression =
  | MemberNode
  | CallNode
  | IdentifierNode
  | { readonly type: "IntegerLiteral" | "FloatLiteral"; readonly value: number }
  /** Text outside of braces, too. */
  | { readonly type: "StringLiteral"; readonly value: string }
  | { readonly type: "ArrayLiteral" | "TupleLiteral"; readonly value: readonly Node[] }
  | { readonly type: "ObjectLiteral"; readonly value: ReadonlyMap<Node, Node> }
  | BinaryNode
  | { readonly type: "UnaryExpression"; readonly operator: Operator; readonly argument: Node }
  | FilterNode
  /** `lhs if test` without else; as what a loop goes over, its filter. */
  | { readonly type: "SelectExpression"; readonly lhs: Node; readonly test: Node }
  | { readonly type: "Ternary"; readonly condition: Node; readonly trueExpr: Node; readonly falseExpr: Node };

/** What stands inside brackets and parentheses and has no value of its own. */
export type Part =
  | SliceNode
  | KeywordNode
  | { readonly type: "SpreadExpression" | "KeywordSpreadExpression"; readonly argument: Node };

const STATEMENTS: ReadonlySet<string> = new Set<Statement["type"]>([
  "Comment",
  "Break",
  "Continue",
  "CallStatement",
  "If",
  "For",
  "Set",
  "Macro",
  "FilterStatement",
]);
const PARTS: ReadonlySet<string> = new Set<Part["type"]>([
  "SliceExpression",
  "KeywordArgumentExpression",
  "SpreadExpression",
  "KeywordSpreadExpression",
]);

export function isStatement(node: Node): node is Statement {
  return STATEMENTS.has(node.type);
}

export function isExpression(node: Node): node is Expression {
  return !STATEMENTS.has(node.type) && !PARTS.has(node.type);
}

export interface Operator {
  readonly value: string;
}

export interface IdentifierNode {
  readonly type: "Identifier";
  readonly value: string;
}

export interface IfNode {
  readonly type: "If";
  readonly test: Node;
  readonly body: readonly Node[];
  readonly alternate: readonly Node[];
}

export interface ForNode {
  readonly type: "For";
  readonly loopvar: Node;
  readonly iterable: Node;
  readonly body: readonly Node[];
  readonly defaultBlock: readonly Node[];
}

export interface SetNode {
  readonly type: "Set";
  readonly assignee: Node;
  /** Null where the statement has a body and an end instead. */
  readonly value: Node | null;
  readonly body: readonly Node[];
}

export interface MacroNode {
  readonly type: "Macro";
  readonly name: IdentifierNode;
  readonly args: readonly (IdentifierNode | KeywordNode)[];
  readonly body: readonly Node[];
}

export interface MemberNode {
  readonly type: "MemberExpression";
  readonly object: Node;
  readonly property: Node;
  /** True of `a["b"]`, false of `a.b`. */
  readonly computed: boolean;
}

export interface CallNode {
  readonly type: "CallExpression";
  readonly callee: Node;
  readonly args: readonly Node[];
}

export interface BinaryNode {
  readonly type: "BinaryExpression";
  readonly operator: Operator;
  readonly left: Node;
  readonly right: Node;
}

export type FilterName = IdentifierNode | CallNode;

export interface FilterNode {
  readonly type: "FilterExpression";
  readonly operand: Node;
  readonly filter: FilterName;
}

export interface SliceNode {
  readonly type: "SliceExpression";
  readonly start: Node | undefined;
  readonly stop: Node | undefined;
  readonly step: Node | undefined;
}

export interface KeywordNode {
  readonly type: "KeywordArgumentExpression";
  readonly key: IdentifierNode;
  readonly value: Node;
}

/** Name and arguments of a filter or test as it is written. */
export function filterCall(filter: FilterName): { name: string; args: readonly Node[] } {
  if (filter.type === "Identifier") return { name: filter.value, args: [] };
  if (filter.callee.type !== "Identifier") throw new SyntaxError("a filter has a plain name");
  return { name: filter.callee.value, args: filter.args };
}

export function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value: unknown) => {
    if (value instanceof Map) return [...(value as Map<Node, Node>)].flat();
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter((one): one is Node => typeof one === "object" && one !== null && "type" in one);
  });
}
