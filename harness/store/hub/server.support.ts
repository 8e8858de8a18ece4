/** A hub on this machine, for tests: the requests that @huggingface/hub makes to pull a data set, and their answers. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, vi } from "vitest";

/** Paths and contents. CSV and JSON are kept in git, as small texts are, and the rest in large-file storage. */
export type HubBranch = Readonly<Record<string, string>>;

export interface HubServer {
  readonly endpoint: string;
  /** "GET /api/datasets/…", to the hub itself and to where it keeps large files, without the search part. */
  readonly requests: string[];
  /** The origins that were sent a token, and which. */
  readonly tokens: string[];
  /** Data sets by id, their branches by name. */
  readonly datasets: Record<string, Record<string, HubBranch>>;
  /** Answers instead of the hub where it returns true. */
  instead: (path: string, response: ServerResponse, request: IncomingMessage) => boolean;
  pageSize: number;
  close: () => Promise<void>;
}

/** Real networks are out of reach of every test that imports this. */
beforeAll(() => {
  const reached = globalThis.fetch;
  vi.stubGlobal("fetch", (input: string | URL, init?: RequestInit) => {
    if (new URL(input).hostname === "127.0.0.1") return reached(input, init);
    throw new Error(`a test asks for "${String(input)}"`);
  });
});
afterAll(() => vi.unstubAllGlobals());

const hex = (algorithm: string, text: string) => createHash(algorithm).update(text).digest("hex");

/** The commit of a branch: its content's hash. */
export const commitOfBranch = (branch: HubBranch) => hex("sha1", JSON.stringify(branch));

const isLarge = (path: string) => !/\.(csv|json)$/.test(path);

function treeEntry([path, content]: readonly [string, string]) {
  const size = Buffer.byteLength(content);
  const blob = hex("sha1", `blob ${size}\0${content}`);
  const lfs = { oid: hex("sha256", content), size, pointerSize: 131 };
  return { type: "file", path, size, oid: blob, ...(isLarge(path) && { lfs }) };
}

async function listening(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

export async function hubServer(datasets: HubServer["datasets"]): Promise<HubServer> {
  const storage = await listening((request, response) => answer("storage", request, response));
  const api = await listening((request, response) => answer("api", request, response));
  const hub: HubServer = {
    endpoint: api.origin,
    requests: [],
    tokens: [],
    datasets,
    instead: () => false,
    pageSize: 1000,
    close: async () => {
      await Promise.all([storage.close(), api.close()]);
    },
  };

  function answer(at: "storage" | "api", request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", at === "api" ? api.origin : storage.origin);
    hub.requests.push(`${request.method} ${at === "storage" ? "storage:" : ""}${url.pathname}`);
    const { authorization } = request.headers;
    if (authorization) hub.tokens.push(`${at} ${authorization}`);
    if (hub.instead(`${at}:${url.pathname}`, response, request)) return;
    const parts =
      /^\/(?<api>api\/)?datasets\/(?<id>[^/]+\/[^/]+)\/(?<what>revision|tree|resolve)\/(?<revision>[^/]+)\/?(?<path>.*)$/.exec(
        url.pathname,
      )?.groups;
    const branches = datasets[parts?.["id"] ?? ""];
    if (!parts || !branches) return refuse(response, 404, "RepoNotFound");
    const revision = decodeURIComponent(parts["revision"] ?? "");
    const branch =
      branches[revision] ?? Object.values(branches).find((candidate) => commitOfBranch(candidate) === revision);
    if (!branch) return refuse(response, 404, "RevisionNotFound");
    if (parts["what"] === "revision") return sendJson(response, { id: parts["id"], sha: commitOfBranch(branch) });
    if (parts["what"] === "tree") return sendPage(branch, url, response);
    const path = decodeURIComponent(parts["path"] ?? "");
    const content = branch[path];
    if (content === undefined) return refuse(response, 404, "EntryNotFound");
    if (at === "api" && isLarge(path)) {
      response.writeHead(302, { location: storage.origin + url.pathname }).end();
      return;
    }
    sendFile(content, request, response);
  }

  function sendPage(branch: HubBranch, url: URL, response: ServerResponse): void {
    const entries = Object.entries(branch).map(treeEntry);
    const start = Number(url.searchParams.get("cursor") ?? 0);
    const end = start + hub.pageSize;
    url.searchParams.set("cursor", String(end));
    if (end < entries.length) response.setHeader("link", `<${url.href}>; rel="next"`);
    sendJson(response, entries.slice(start, end));
  }

  return hub;
}

export function refuse(response: ServerResponse, status: number, code?: string): void {
  response.writeHead(status, { "content-type": "application/json", ...(code && { "x-error-code": code }) });
  response.end(JSON.stringify({ error: "refused" }));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function sendFile(content: string, request: IncomingMessage, response: ServerResponse): void {
  const bytes = Buffer.from(content);
  const etag = `"${hex("sha256", content)}"`;
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  if (start === undefined || end === undefined) {
    response.writeHead(200, { etag, "content-length": bytes.length }).end(bytes);
    return;
  }
  const range = `bytes ${start}-${end}/${bytes.length}`;
  response.writeHead(206, { etag, "content-range": range }).end(bytes.subarray(Number(start), Number(end) + 1));
}
