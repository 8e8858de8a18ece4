import { z } from "zod";
import { present } from "../../present.ts";
import type { Joules, Watts } from "../../units.ts";
import { wallUnit } from "./wallunit.ts";

/** What a plug says of its load. */
export interface PlugFigures {
  readonly watts?: Watts;
  readonly energy?: {
    /** Since some moment of its own. */
    readonly joules: Joules;
    /** Smallest step that its notation can show. */
    readonly quantum: Joules;
  };
}

const WATT_HOUR: Joules = 3_600;
const WATT_MINUTE: Joules = 60;

const figures = (watts: Watts | undefined, joules: Joules | undefined, quantum: Joules): PlugFigures =>
  present({ watts, energy: joules === undefined ? undefined : { joules, quantum } });

/** Shelly of the second generation and later, `/rpc/Switch.GetStatus?id=0`, `/rpc/PM1.GetStatus?id=0`: thousandths of a Wh. */
const Shelly2 = z
  .object({ apower: z.number(), aenergy: z.object({ total: z.number() }).optional() })
  .transform(({ apower, aenergy }) =>
    figures(apower, aenergy === undefined ? undefined : aenergy.total * WATT_HOUR, 1e-3 * WATT_HOUR),
  );

/** Shelly's first generation of energy meters, `/emeter/0`: told from its plugs by the voltage, and it counts Wh. */
const ShellyEmeter = z
  .object({ power: z.number(), voltage: z.number(), is_valid: z.literal(true), total: z.number() })
  .transform(({ power, total }) => figures(power, total * WATT_HOUR, WATT_HOUR));

/** Shelly's first generation of plugs, `/meter/0`: it counts watt-minutes. */
const Shelly1 = z
  .object({ power: z.number(), is_valid: z.literal(true), total: z.number() })
  .transform(({ power, total }) => figures(power, total * WATT_MINUTE, WATT_MINUTE));

const oneOrMore = z.union([z.number().transform((one) => [one]), z.array(z.number()).min(1)]);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Tasmota, `/cm?cmnd=Status%208`: kWh to three decimals. Plugs of several outlets give a list. */
const Tasmota = z
  .object({ StatusSNS: z.object({ ENERGY: z.object({ Power: oneOrMore, Total: oneOrMore.optional() }) }) })
  .transform(({ StatusSNS: { ENERGY } }) =>
    figures(sum(ENERGY.Power), ENERGY.Total === undefined ? undefined : sum(ENERGY.Total) * 1e3 * WATT_HOUR, WATT_HOUR),
  );

/** A state of Home Assistant, `/api/states/sensor.plug_power`: a text, in the unit that stands beside it. */
const HomeAssistant = z.object({
  entity_id: z.string(),
  state: z.string(),
  attributes: z.object({ unit_of_measurement: z.string() }),
});

const DEVICES = [Shelly2, ShellyEmeter, Shelly1, Tasmota] as const;

/** Recognises a reply by its shape. A clause says why where there is no figure in it. */
export function plugFigures(reply: unknown): PlugFigures | { readonly reason: string } {
  for (const shape of DEVICES) {
    const parsed = shape.safeParse(reply);
    if (parsed.success) return parsed.data;
  }
  const entity = HomeAssistant.safeParse(reply);
  if (entity.success) return entityFigures(entity.data);
  return { reason: "its reply is none of Shelly, Tasmota or a Home Assistant sensor" };
}

function entityFigures({
  entity_id: id,
  state,
  attributes: { unit_of_measurement: name },
}: z.infer<typeof HomeAssistant>): PlugFigures | { reason: string } {
  const unit = wallUnit(name);
  if (unit === undefined) return { reason: `"${id}" is in "${name}", which is neither power nor energy` };
  const decimals = /^-?\d+(?:\.(\d+))?$/.exec(state);
  if (decimals === null) return { reason: `"${id}" is "${state}", which is no number` };
  const value = Number(state) * unit.scale;
  if (unit.quantity === "power") return { watts: value };
  return { energy: { joules: value, quantum: unit.scale * 10 ** -(decimals[1]?.length ?? 0) } };
}
