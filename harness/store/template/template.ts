import { pythonLiteral } from "./literal.ts";
import { evaluate } from "./expression.ts";
import { checkTemplate } from "./check.ts";
import { type Expression, isExpression } from "./nodes.ts";
import { rowScope, type Scope } from "./scope.ts";
import { parseTemplate } from "./source.ts";
import { render } from "./statements.ts";
import { isMissing, present, toPlain } from "./values.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A template as lm-eval renders it: by Python's jinja2, where an undefined name is an error and no white space is dropped. */
export interface Template {
  /** The rendered text, as jinja2 prints it: True and None, and lists and the texts in them by `repr`. */
  text(fields: Fields): string;
  /**
   * Of a template that is one `{{ expression }}` and nothing else: its value as plain data; a text that is a Python list
   * between brackets is that list. Of any other: its text read as a Python literal if it is one, else the text itself.
   */
  value(fields: Fields): unknown;
}

/** Throws where a template cannot be used; `key` is the key of the task file that it stands under. */
export function compileTemplate(source: string, key: string): Template {
  const nodes = parsed(source, key);
  const [first, ...others] = nodes;
  // Text outside of braces parses like a text inside of them.
  const expression =
    first !== undefined && others.length === 0 && isExpression(first) && source.startsWith("{{") ? first : undefined;
  const run = <T>(fields: Fields, use: (scope: Scope) => T): T => {
    try {
      return use(rowScope(fields));
    } catch (cause) {
      throw new Error(`${key} ${(cause as Error).message}`, { cause });
    }
  };
  const text = (fields: Fields): string => run(fields, (scope) => render(nodes, scope));
  const value = (fields: Fields): unknown => {
    const plain = expression === undefined ? undefined : run(fields, (scope) => plainOf(expression, scope));
    if (plain === undefined) return literalOr(text(fields));
    return typeof plain === "string" && /^\[[^]*\]$/.test(plain) ? literalOr(plain) : plain;
  };
  return { text, value };
}

/** Undefined of what has no plain data: a range prints, and is none. */
function plainOf(expression: Expression, scope: Scope): unknown {
  const value = evaluate(expression, scope);
  return isMissing(value) && value.isBlank === true ? "" : toPlain(present(value));
}

function literalOr(text: string): unknown {
  const literal = pythonLiteral(text);
  return literal === undefined ? text : literal;
}

function parsed(source: string, key: string): ReturnType<typeof parseTemplate> {
  try {
    const nodes = parseTemplate(source);
    checkTemplate(nodes);
    return nodes;
  } catch (cause) {
    throw new Error(`${key} is not a usable template: ${(cause as Error).message}`, { cause });
  }
}
