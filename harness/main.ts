#!/usr/bin/env node
import { UsageError } from "./cli/flags.ts";
import type { BuildContext } from "./cli/modelsbuild.ts";
import { type Commands, program } from "./cli/program.ts";
import { versions } from "./store/root.ts";

/** The commands, each loaded when it is called: `--help` need not wait for a runtime. */
const commands: Commands = {
  async run(flags) {
    const [{ runCommand }, api] = await Promise.all([import("./cli/run.ts"), import("./api.ts")]);
    return runCommand(flags, { ...api, stdout, stderr: process.stderr, ...stopping() });
  },
  async report(folders, flags) {
    const [{ reportCommand }, api] = await Promise.all([import("./cli/report.ts"), import("./api.ts")]);
    return reportCommand(folders, flags, { ...api, stdout, note: stderr });
  },
  async compare(folders, flags) {
    const [{ compareCommand }, { readReport }] = await Promise.all([import("./cli/compare.ts"), import("./api.ts")]);
    return compareCommand(folders, flags, { readReport, stdout, note: stderr });
  },
  async claims(flags) {
    const [{ claimsCommand }, { judgeClaims }] = await Promise.all([import("./cli/claims.ts"), import("./api.ts")]);
    return claimsCommand(flags, { judgeClaims, stdout, stderr: process.stderr, ...stopping() });
  },
  async verify(folder, flags) {
    const [{ verifyCommand }, { verify }] = await Promise.all([import("./cli/verify.ts"), import("./api.ts")]);
    return verifyCommand(folder, flags, { verify, stdout, stderr: process.stderr, ...stopping() });
  },
  async costs(folder, flags) {
    const [{ costsCommand }, { readReport }] = await Promise.all([import("./cli/costs.ts"), import("./api.ts")]);
    return costsCommand(folder, flags, readReport, stdout);
  },
  async size(flags) {
    const [{ sizeCommand }, { readReport }] = await Promise.all([
      import("./cli/size.ts"),
      import("./report/derive.ts"),
    ]);
    return sizeCommand(flags, readReport, stdout);
  },
  async pricesList({ json, prices }) {
    const [{ listPrices }, { booksWith }] = await Promise.all([import("./cli/prices.ts"), import("./cost/book.ts")]);
    stdout(listPrices(await booksWith(prices), json));
    return 0;
  },
  async pricesShow(name, { json, prices }) {
    const [{ showPrices }, { booksWith }] = await Promise.all([import("./cli/prices.ts"), import("./cost/book.ts")]);
    stdout(showPrices(await booksWith(prices), name, json));
    return 0;
  },
  async meters({ json, wall }) {
    const [{ metersCommand }, { allMeters }, { thisHost }, { environment }] = await Promise.all([
      import("./cli/meters.ts"),
      import("./meter/meters.ts"),
      import("./meter/host.ts"),
      import("./meter/environment.ts"),
    ]);
    const here = { host: thisHost(), environment: environment(versions()), now: new Date() };
    return metersCommand({ json }, { meters: allMeters(wall === undefined ? {} : { wall }), ...here, stdout });
  },
  async calibrate(flags) {
    const [{ calibrateCommand }, { calibrateContext }] = await Promise.all([
      import("./cli/calibrate.ts"),
      import("./cli/calibratecontext.ts"),
    ]);
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort());
    return calibrateCommand(flags, await calibrateContext(stdout, stderr, stop.signal));
  },
  async modelsList({ json }) {
    const [{ listModels }, { embeddedModels }, { catalogModels }, { describeModel }] = await Promise.all([
      import("./cli/list.ts"),
      import("./store/models.ts"),
      import("./store/catalog.ts"),
      import("./store/prepare.ts"),
    ]);
    stdout(await listModels([...embeddedModels(), ...catalogModels()], describeModel, json));
    return 0;
  },
  async modelsShow(name, { json }) {
    const [{ showModel }, { findModel }, { knownOf }] = await Promise.all([
      import("./cli/modelsshow.ts"),
      import("./store/models.ts"),
      import("./store/known.ts"),
    ]);
    stdout(showModel(await knownOf(findModel(name)), json));
    return 0;
  },
  async modelsBuild(name, flags) {
    const { buildCommand } = await import("./cli/modelsbuild.ts");
    return buildCommand(name, flags, await buildContext());
  },
  async modelsInspect(name, flags) {
    const { inspectCommand } = await import("./cli/modelsinspect.ts");
    return inspectCommand(name, flags, await buildContext());
  },
  async tasksList({ json }) {
    const { listTasks } = await import("./cli/taskslist.ts");
    stdout(await listTasks(json));
    return 0;
  },
  async tasksShow(name, flags) {
    const { showTask } = await import("./cli/tasksshow.ts");
    stdout(await showTask(name, flags));
    return 0;
  },
  async tasksValidate(names, flags) {
    const { validateTasks } = await import("./cli/tasksvalidate.ts");
    return validateTasks(names, flags, stdout);
  },
};

/** How a run is stopped. Only while measuring: before that a signal ends the process as it would any other. A second one always does. */
function stopping(): { readonly signal: AbortSignal; readonly onMeasuring: () => void } {
  const stop = new AbortController();
  let isHeard = false;
  const onMeasuring = (): void => {
    if (isHeard) return;
    isHeard = true;
    process.once("SIGINT", () => stop.abort());
    process.once("SIGTERM", () => stop.abort());
  };
  return { signal: stop.signal, onMeasuring };
}

async function buildContext(): Promise<BuildContext> {
  const [{ findModel }, { fastestLowering }, { buildModel }] = await Promise.all([
    import("./store/models.ts"),
    import("./store/fastestlowering.ts"),
    import("../models/build/build.ts"),
  ]);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  // Only while a graph is being written: before and after that a signal ends the process as it would any other.
  const listen = (): (() => void) => {
    process.once("SIGINT", abort).once("SIGTERM", abort);
    return () => void process.off("SIGINT", abort).off("SIGTERM", abort);
  };
  return {
    findModel,
    fastest: fastestLowering,
    build: buildModel,
    stdout,
    stderr: process.stderr,
    signal: stop.signal,
    listen,
  };
}

function stdout(text: string): void {
  process.stdout.write(text);
}

/** A line. */
function stderr(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(): Promise<number> {
  try {
    return await program(process.argv.slice(2), commands, versions().perjoule);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`perjoule: ${message}\n`);
    if (!(error instanceof UsageError)) return 1;
    process.stderr.write("see `perjoule --help`\n");
    return 2;
  }
}

process.exitCode = await main();
