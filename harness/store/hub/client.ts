import type { HubDataset } from "./dataset.ts";

/** A hub, and what it needs to be asked. */
export interface Hub {
  /** Without a slash at the end. */
  readonly endpoint: string;
  /** Sent to the endpoint's own origin, and never written anywhere. */
  readonly token?: string;
  readonly reach: "network" | "offline";
}

/** The hub of `HF_ENDPOINT`, `HF_TOKEN` and `HF_HUB_OFFLINE`, which mean what they mean to Python's `huggingface_hub`. */
export function readHub(env: NodeJS.ProcessEnv): Hub {
  const endpoint = (env["HF_ENDPOINT"] || "https://huggingface.co").replace(/\/+$/, "");
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.username || url?.password) {
    throw new Error("HF_ENDPOINT holds a user name or a password; leave it out, and set HF_TOKEN");
  }
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(`HF_ENDPOINT is "${endpoint}", not the address of a hub such as "https://huggingface.co"`);
  }
  const token = env["HF_TOKEN"]?.trim();
  // Refused here: the error of a header that cannot be sent would show the token.
  if (token && !/^[!-~]+$/.test(token)) throw new Error("HF_TOKEN holds characters that no token has");
  const reach = /^(1|on|yes|true)$/i.test(env["HF_HUB_OFFLINE"] ?? "") ? "offline" : "network";
  return { endpoint, reach, ...(token && { token }) };
}

/** A data set that the hub does not give. The message is for the user, the `reason` a part of it that fits in brackets. */
export class HubError extends Error {
  override readonly name = "HubError";
  readonly problem: "unreachable" | "no-revision" | "refused";
  readonly reason: string;

  constructor(problem: HubError["problem"], reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
    this.reason = reason;
  }
}

/** `fetch` for one data set of a hub: with its token where that belongs, and failing with a `HubError` unless the answer is good. */
function hubFetch(hub: Hub, wanted: HubDataset): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const address = url.origin + url.pathname;
    if (hub.reach === "offline") throw unreachable(wanted, address, "HF_HUB_OFFLINE is set");
    const headers = new Headers(init?.headers);
    // Pages and files may lie elsewhere: whoever keeps them gets no token.
    if (hub.token && url.origin === new URL(hub.endpoint).origin) headers.set("authorization", `Bearer ${hub.token}`);
    const response = await fetch(url, { ...init, headers }).catch((cause: unknown) => {
      throw unreachable(wanted, address, networkReason(cause), cause);
    });
    if (response.ok) return response;
    await response.body?.cancel();
    throw refusal(hub, wanted, address, response);
  };
}

/** What the hub library makes of the answers; those that it cannot read are not a hub's, but a proxy's or a login page's. */
export async function askHub<T>(
  hub: Hub,
  wanted: HubDataset,
  ask: (common: { hubUrl: string; fetch: typeof fetch }) => Promise<T>,
): Promise<T> {
  try {
    return await ask({ hubUrl: hub.endpoint, fetch: hubFetch(hub, wanted) });
  } catch (error) {
    if (error instanceof HubError) throw error;
    const reason = `it does not answer as a hub does (${networkReason(error)})`;
    throw unreachable(wanted, hub.endpoint, reason, error);
  }
}

/** What to do without the hub. */
export const OTHERWISE = "give a local copy with --data TASK=PATH";

function unreachable({ id }: HubDataset, address: string, reason: string, cause?: unknown): HubError {
  const message = `cannot pull the data set "${id}": "${address}" cannot be reached: ${reason}; ${OTHERWISE}, or set HF_ENDPOINT to a mirror`;
  return new HubError("unreachable", reason, message, { cause });
}

/** What `fetch` failed on: its own message says no more than that it did, and that of several addresses tried is empty. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ("code" in cause ? String(cause.code) : error.message);
}

/** Statuses and `X-Error-Code` as in `huggingface_hub`'s `hf_raise_for_status`. */
function refusal(hub: Hub, wanted: HubDataset, address: string, { status, headers }: Response): HubError {
  const code = headers.get("x-error-code");
  const { id, revision = "main" } = wanted;
  const answer = `"${address}" answered ${code ? `${status} ${code}` : status}`;
  const refused = (what: string) => new HubError("refused", String(status), what);
  if (status === 429 || status >= 500) return unreachable(wanted, address, `it answered ${status}`);
  if (status === 404 && code === "RevisionNotFound") {
    return new HubError("no-revision", String(status), `the data set "${id}" has no revision "${revision}": ${answer}`);
  }
  // Without a token the hub answers 401, not 404, of a data set that does not exist.
  if (status === 404 || code === "RepoNotFound") {
    const token = hub.token ? "" : ", set HF_TOKEN if it is private";
    const none = `there is no data set "${id}": ${answer}; check the name${token}, or ${OTHERWISE}`;
    // A mirror that gives no code does not say whether it is only the revision that it lacks.
    return code ? refused(none) : new HubError("no-revision", String(status), none);
  }
  if (status === 401 || status === 403) {
    const token = hub.token ? "HF_TOKEN is set, but may not read it" : "set HF_TOKEN to a token that may read it";
    const terms = `accept its terms at "${hub.endpoint}/datasets/${id}"`;
    return refused(`the data set "${id}" is gated or private: ${answer}; ${terms}; ${token}`);
  }
  return refused(`cannot pull the data set "${id}": ${answer}; ${OTHERWISE}`);
}
