import { bind, wantOptionalWhole, wantWhole } from "./call.ts";
import { textOf } from "./print.ts";
import { type Arguments, type Callable, fromPlain, isDict, type Lazy, type Missing, type Value } from "./values.ts";

/** Names as one place of a template sees them. */
export interface Scope {
  readonly get: (name: string) => Value | Missing;
  readonly set: (name: string, value: Value | Missing) => void;
  /** What is set inside is gone behind it. */
  readonly inner: () => Scope;
  /** The template's outermost, which a macro sees. */
  readonly outermost: Scope;
}

type Fields = Readonly<Record<string, unknown>>;

/** The scope of a whole template: the row's fields, then what Jinja has for every template. */
export function rowScope(fields: Fields): Scope {
  const names = new Map<string, Value | Missing>();
  const read = (name: string): Value | Missing => {
    const has = Object.hasOwn(fields, name) && fields[name] !== undefined;
    if (has) return ofField(name, fields[name]);
    return Object.hasOwn(GLOBALS, name) ? (GLOBALS[name] as Callable) : missingField(name, fields);
  };
  const scope: Scope = {
    get: (name) => {
      if (!names.has(name)) names.set(name, read(name));
      return names.get(name) as Value | Missing;
    },
    set: (name, value) => void names.set(name, value),
    inner: () => innerScope(scope),
    get outermost() {
      return scope;
    },
  };
  return scope;
}

function innerScope(outer: Scope): Scope {
  const names = new Map<string, Value | Missing>();
  const scope: Scope = {
    get: (name) => (names.has(name) ? (names.get(name) as Value | Missing) : outer.get(name)),
    set: (name, value) => void names.set(name, value),
    inner: () => innerScope(scope),
    outermost: outer.outermost,
  };
  return scope;
}

function ofField(name: string, data: unknown): Value {
  try {
    return fromPlain(data);
  } catch (cause) {
    throw new Error(`uses "${name}", which ${(cause as Error).message}`, { cause });
  }
}

function missingField(name: string, fields: Fields): Missing {
  const has = Object.keys(fields).join(", ");
  return { kind: "missing", why: `uses "${name}", which this row lacks; it has ${has === "" ? "no fields" : has}` };
}

function range(args: Arguments): Lazy {
  const [first, second, third] = bind("range", "start stop? step?", args);
  const [start, stop] =
    second === undefined
      ? [0, wantWhole(first, "range()")]
      : [wantWhole(first, "range()"), wantWhole(second, "range()")];
  const step = wantOptionalWhole(third, "range()") ?? 1;
  if (step === 0) throw new Error("counts a range in steps of 0");
  const size = Math.max(Math.ceil((stop - start) / step), 0);
  // What Jinja's sandbox allows; an array of more would only fill the memory.
  if (size > 100_000) throw new Error(`counts a range of ${size} numbers; 100000 are the most`);
  const items = Array.from({ length: size }, (_, i) => BigInt(start + i * step));
  return { kind: "lazy", items, print: `range(${start}, ${stop}${step === 1 ? "" : `, ${step}`})` };
}

/** `dict(a=1)` and `namespace(a=1)`; either takes a dict first. */
function entries(name: string, { positional, named }: Arguments): Map<Value, Value> {
  const [base, ...more] = positional;
  if (more.length > 0 || (base !== undefined && !isDict(base)))
    throw new Error(`gives ${name}() something other than one dict and named values`);
  return new Map<Value, Value>([...(base ?? []), ...named]);
}

const global = (name: string, call: Callable["call"]): Callable => ({ kind: "callable", name, call });

/** `lipsum`, `cycler` and `joiner` are of no use to a question. */
const GLOBALS: Readonly<Record<string, Callable>> = {
  range: global("range", range),
  dict: global("dict", (args) => entries("dict", args)),
  namespace: global("namespace", (args) => ({
    kind: "namespace",
    names: new Map([...entries("namespace", args)].map(([key, value]) => [textOf(key), value])),
  })),
};
