/** Elements that have no end tag. */
const VOID = new Set(["meta", "hr", "br"]);

/** What an element may hold, of those that HTML is strict with: a parser moves anything else elsewhere. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  table: ["caption", "thead", "tbody"],
  thead: ["tr"],
  tbody: ["tr"],
  tr: ["th", "td"],
  ul: ["li"],
  p: ["a", "b", "code", "span"],
  title: [],
};

const TAG = /<(?<end>\/?)(?<name>[a-z][a-z0-9]*)(?<attributes>(?: [a-zA-Z][\w-]*="[^"<>]*")*)(?<closed>\/?)>/y;

/** What is wrong with a page as markup: tags that do not match, signs that are not escaped, links that lead nowhere. */
export function faultsOf(page: string): string[] {
  const text = page.replace(/^<!doctype html>\n/, "").replace(/<style>[^<]*<\/style>/, "");
  const faults: string[] = page === text ? ["no doctype"] : [];
  const open: string[] = [];
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) {
    TAG.lastIndex = at;
    const { name = "", end, closed } = TAG.exec(text)?.groups ?? {};
    const parent = open.at(-1);
    if (name === "") faults.push(`not a tag: ${text.slice(at, at + 40)}`);
    else if (end === "/") {
      if (parent !== name) faults.push(`</${name}> ends <${parent ?? "nothing"}>`);
      open.pop();
    } else {
      const allowed = open.includes("svg") ? undefined : CHILDREN[parent ?? ""];
      // The key's marks are drawings inside a line of text.
      if (allowed?.includes(name) === false) faults.push(`<${name}> in <${parent}>`);
      if (closed === "/" && !open.includes("svg")) faults.push(`<${name}/> outside of a drawing`);
      if (closed !== "/" && !VOID.has(name)) open.push(name);
    }
  }
  const strays = text.match(/&(?!(?:amp|lt|gt|quot|#39);)/g) ?? [];
  return [
    ...faults,
    ...open.map((name) => `<${name}> has no end`),
    ...strays.map(() => "& alone"),
    ...linkFaults(text),
  ];
}

function linkFaults(text: string): string[] {
  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id as string);
  const twice = ids.filter((id, i) => ids.indexOf(id) < i).map((id) => `id "${id}" twice`);
  const links = [...text.matchAll(/ href="([^"]*)"/g)].map(([, href]) => href as string);
  return [...twice, ...links.filter((href) => !ids.includes(href.slice(1))).map((href) => `"${href}" leads nowhere`)];
}

/** What a page would load or run: tags, attributes and style rules that can. */
export function loadsOf(page: string): string[] {
  const tags =
    /<(?:script|link|img|iframe|object|embed|audio|video|source|base|form|use|image|foreignObject)\b[^>]*>/gi;
  const attributes = /<[^>]* (?:src|srcset|data|action|xlink:href|on[a-z]+)="[^>]*>|<[^>]* href="(?!#)[^>]*>/gi;
  const rules = /@import[^;]*|url\([^)]*\)/gi;
  return [tags, attributes, rules].flatMap((pattern) => page.match(pattern) ?? []);
}
