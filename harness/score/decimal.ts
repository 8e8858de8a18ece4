import { strip } from "./whitespace.ts";

/** Sign and currency sign in either order, digits plain or by threes, a fraction, a full stop that ends the sentence. */
const DECIMAL =
  /^(?<sign>[-+\u2212]?)\s?\p{Sc}?\s?(?<after>[-+\u2212]?)(?<whole>\d{1,3}(?:,\d{3})+|\d*)(?:\.(?<part>\d+))?\.?$/u;

/**
 * The number that a text is, spelt in one way, so that numbers of any length compare without rounding: "-1234.5" for
 * "-$1,234.50". Absent where the text is not a plain decimal and nothing else: "1/2", "1e3", "5 %" and "about 5" are none, and
 * "1,23" may be one to some and two to others.
 */
export function decimalOf(text: string): string | undefined {
  const { sign, after, whole, part = "" } = DECIMAL.exec(strip(text))?.groups ?? {};
  if (whole === undefined || (sign !== "" && after !== "") || whole + part === "") return undefined;
  const digits = whole.replaceAll(",", "").replace(/^0+(?=\d)/, "") || "0";
  const fraction = part.replace(/0+$/, "");
  const size = fraction === "" ? digits : `${digits}.${fraction}`;
  const isNegative = /[-\u2212]/.test(`${sign}${after}`);
  return isNegative && size !== "0" ? `-${size}` : size;
}
