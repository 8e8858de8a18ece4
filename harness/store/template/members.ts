import { bind, type Signature } from "./call.ts";
import { reprOf } from "./print.ts";
import { itemOf } from "./slices.ts";
import { textMethod } from "./strings.ts";
import {
  type Callable,
  isDict,
  isEqual,
  isList,
  isNamespace,
  isTuple,
  type Lazy,
  type Missing,
  orElse,
  tuple,
  type Value,
} from "./values.ts";

type Items = readonly Value[];
type Dict = ReadonlyMap<Value, Value>;

const LIST_METHODS: Readonly<Record<string, Signature<readonly [Items]>>> = {
  index: {
    parameters: "value",
    call: (self, value) => {
      const at = self.findIndex((item) => isEqual(item, value as Value));
      if (at < 0) throw new Error(`looks for ${reprOf(value as Value)} by index() in ${reprOf(self)}, where it is not`);
      return BigInt(at);
    },
  },
  count: {
    parameters: "value",
    call: (self, value) => BigInt(self.filter((item) => isEqual(item, value as Value)).length),
  },
  copy: { parameters: "", call: (self) => self },
};

export function dictItems(dict: Dict): Lazy {
  const items = [...dict].map(([key, value]) => tuple(key, value));
  return { kind: "lazy", items, print: `dict_items(${reprOf(items)})` };
}

const DICT_METHODS: Readonly<Record<string, Signature<readonly [Dict]>>> = {
  get: { parameters: "key default?", call: (self, key, other) => orElse(orElse(self.get(key as Value), other), null) },
  keys: {
    parameters: "",
    call: (self) => ({ kind: "lazy", items: [...self.keys()], print: `dict_keys(${reprOf([...self.keys()])})` }),
  },
  values: {
    parameters: "",
    call: (self) => ({ kind: "lazy", items: [...self.values()], print: `dict_values(${reprOf([...self.values()])})` }),
  },
  items: { parameters: "", call: dictItems },
  copy: { parameters: "", call: (self) => self },
};

/** A method of a value; undefined where Python has none of that name, or none of use in a template. */
export function methodOf(value: Value, name: string): Callable | undefined {
  if (typeof value === "string") return textMethod(value, name);
  if (isDict(value)) return methodIn(DICT_METHODS, name, value);
  if (isList(value)) return methodIn(LIST_METHODS, name, value);
  return isTuple(value) && name !== "copy" ? methodIn(LIST_METHODS, name, value.items) : undefined;
}

function methodIn<Self>(
  methods: Readonly<Record<string, Signature<readonly [Self]>>>,
  name: string,
  self: Self,
): Callable | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) return undefined;
  return { kind: "callable", name, call: (args) => method.call(self, ...bind(name, method.parameters, args)) };
}

/** `value.name`: a method before a key, as jinja2 looks; undefined where there is neither. */
export function attributeOf(value: Value, name: bigint | string): Value | Missing | undefined {
  if (typeof name === "bigint") return itemOf(value, name);
  if (isNamespace(value)) return value.names.get(name);
  return methodOf(value, name) ?? itemOf(value, name);
}
