import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { installedVersion, PEER, platformName } from "./addon.ts";

/** Installs the pinned binaries of llama.cpp from the npm registry, unless they are there. Nothing but this asks the network. */
export function installPeer(onProgress: (note: string) => void): void {
  const wanted = pinnedVersion();
  if (installedVersion() === wanted) return;
  onProgress(`installing @node-llama-cpp/${platformName()} ${wanted} into ${PEER}`);
  const { status, error } = npm(["ci", "--prefix", PEER, "--ignore-scripts", "--no-audit", "--no-fund"]);
  if (status !== 0)
    throw new Error(
      `\`npm ci --prefix "${PEER}"\` failed (${error?.message ?? `exit code ${status}`}), so there is no llama.cpp to compare with`,
    );
  if (installedVersion() !== wanted)
    throw new Error(
      `llama.cpp is not prebuilt for "${platformName()}"; its contestants can be left out with --peers none`,
    );
}

function pinnedVersion(): string {
  const file = path.join(PEER, "package.json");
  const { optionalDependencies } = JSON.parse(readFileSync(file, "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const version = optionalDependencies[`@node-llama-cpp/${platformName()}`];
  if (version === undefined)
    throw new Error(
      `"${file}" names no llama.cpp for "${platformName()}"; its contestants can be left out with --peers none`,
    );
  return version;
}

function npm(args: readonly string[]): SpawnSyncReturns<Buffer> {
  // What `npm run` runs scripts with; a bare `npm` is a script that on Windows only a shell starts.
  const cli = process.env["npm_execpath"];
  const [command, first] = cli === undefined ? ["npm", []] : [process.execPath, [cli]];
  const shell = cli === undefined && process.platform === "win32";
  return spawnSync(command, [...first, ...args], { stdio: ["ignore", "ignore", "inherit"], shell });
}
