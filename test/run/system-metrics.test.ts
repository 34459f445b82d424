import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GpuReader, parseGpu } from "../../src/run/gpu.js";
import { parseCpu, parseMemory, parseNetwork, readMachine } from "../../src/run/machine.js";
import type { SystemMetric } from "../../src/run/system-metric.js";
import { sampleSystem, SystemSampler } from "../../src/run/system-metrics.js";

const { platform } = process;
const named = (metrics: readonly SystemMetric[]): Record<string, number> =>
  Object.fromEntries(metrics.map(({ name, value }) => [name, value]));

describe("the machine", () => {
  it("reads /proc/stat, /proc/meminfo and /proc/net/dev", () => {
    assert.deepEqual(parseCpu("cpu  100 10 50 800 40 0 5 5 70 0\ncpu0 1 1 1 1\n"), {
      cpuBusyMs: 1700,
      cpuTotalMs: 10_100,
    });
    assert.deepEqual(parseMemory("MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    600 kB\n"), {
      memoryTotal: 1_024_000,
      memoryAvailable: 614_400,
    });
    assert.deepEqual(
      parseNetwork(
        "Inter-|   Receive\n face |bytes\n    lo: 99 1 0 0 0 0 0 0 99 1 0 0 0 0 0 0\n" +
          "  eth0:1000 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0\n wlan0: 5 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n",
      ),
      { received: 1005, sent: 207 },
    );
    for (const empty of [parseCpu(""), parseMemory(""), parseNetwork("")]) assert.equal(empty, undefined);
  });

  it("is this machine, on any platform", () => {
    for (const kind of [platform, "darwin"] as const) {
      const machine = readMachine(kind);
      assert.equal(machine.memoryTotal > 1e8 && machine.memoryAvailable <= machine.memoryTotal, true);
      assert.ok(machine.cpuTotalMs >= machine.cpuBusyMs && machine.cpuBusyMs > 0);
    }
  });
});

describe("GPUs", () => {
  it("reads a line of nvidia-smi", () => {
    assert.deepEqual(parseGpu("0, 45, 1000, 81559, 120.50, 700.00"), {
      index: 0,
      metrics: [
        { name: "system/gpu_0_utilization_percentage", value: 45 },
        { name: "system/gpu_0_memory_usage_megabytes", value: 1048.576 },
        { name: "system/gpu_0_memory_usage_percentage", value: (1000 / 81559) * 100 },
        { name: "system/gpu_0_power_usage_watts", value: 120.5 },
        { name: "system/gpu_0_power_usage_percentage", value: (120.5 / 700) * 100 },
      ],
    });
    assert.deepEqual(parseGpu("1, [N/A], 4, 0, [Not Supported], [N/A]")?.metrics, [
      { name: "system/gpu_1_memory_usage_megabytes", value: 4.194304 },
    ]);
    for (const line of [
      "",
      "No devices were found",
      "a, b, c, d, e, f",
      "NVIDIA-SMI has failed because …",
      "0, 1",
    ])
      assert.equal(parseGpu(line), undefined);
  });

  if (platform !== "win32")
    it("follows the program while it prints, and ends it", async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-gpu-"));
      const program = path.join(folder, "nvidia-smi");
      const script = `#!/bin/sh\necho $$ > ${folder}/pid\nfor i in 1 2 3; do echo "0, $i, 10, 100, 5, 10"; done\nexec sleep 60\n`;
      fs.writeFileSync(program, script, { mode: 0o755 });
      const gpu = new GpuReader(60_000, program);
      let metrics = named(gpu.metrics());
      while (metrics["system/gpu_0_utilization_percentage"] !== 3) {
        await sleep(10);
        metrics = named(gpu.metrics());
      }
      assert.equal(metrics["system/gpu_0_memory_usage_percentage"], 10);
      const pid = Number(fs.readFileSync(path.join(folder, "pid"), "utf8"));
      gpu.dispose();
      for (let there = true; there; await sleep(10)) {
        try {
          process.kill(pid, 0);
        } catch {
          there = false;
        }
      }
      fs.rmSync(folder, { recursive: true });
    });

  it("has none where the program is not there", async () => {
    const gpu = new GpuReader(1000, "no-such-program-of-loam");
    await sleep(50);
    assert.deepEqual(gpu.metrics(), []);
    gpu.dispose();
  });
});

describe("system metrics of a run", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });
  const begin = (script: string): ChildProcess => {
    const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    return child;
  };
  const burn = "const t = process.cpuUsage(); while (process.cpuUsage(t).user < 100000);";

  it("counts the CPU of a process and of a child that has come and gone", async () => {
    const inner = JSON.stringify(burn);
    const child = begin(
      `console.log(1); process.stdin.once("data", () => { require("node:child_process").execFileSync(process.execPath, ["-e", ${inner}]); ${burn} console.log(2); })`,
    );
    assert.ok(child.stdout && child.stdin);
    await once(child.stdout, "data");
    const sampler = new SystemSampler({ pid: child.pid ?? 0, platform, folder: os.tmpdir() });
    const { signal } = new AbortController();
    const first = named(await sampler.sample(signal));
    assert.equal(first["system/process_cpu_percentage"], undefined);
    const began = performance.now();
    child.stdin.write("go\n");
    await once(child.stdout, "data");
    const last = named(await sampler.sample(signal));
    const elapsed = performance.now() - began;
    const usedMs = ((last["system/process_cpu_percentage"] ?? 0) / 100) * elapsed;
    assert.ok(usedMs > (platform === "linux" ? 180 : 80) && usedMs < 5000, `${usedMs} ms`);
    assert.equal(last["system/process_count"], 1);
    assert.ok((last["system/process_memory_megabytes"] ?? 0) > 10);
    for (const name of [
      "cpu_utilization_percentage",
      "system_memory_usage_megabytes",
      "system_memory_usage_percentage",
      "disk_usage_percentage",
      "disk_available_megabytes",
    ])
      assert.ok((last[`system/${name}`] ?? -1) >= 0, name);
    for (const name of [
      "cpu_utilization_percentage",
      "system_memory_usage_percentage",
      "disk_usage_percentage",
    ])
      assert.ok((last[`system/${name}`] ?? 101) <= 100, name);
    if (platform === "linux") assert.ok((last["system/network_receive_megabytes"] ?? -1) >= 0);
  });

  if (platform === "linux")
    it("counts what shared memory holds once", async () => {
      const child = spawn(
        "python3",
        [
          "-c",
          "import mmap, os, sys\nm = mmap.mmap(-1, 60_000_000)\nm.write(b'x' * 60_000_000)\n" +
            "for _ in range(3):\n  if os.fork() == 0:\n    sum(m[::4096]); break\nprint(1, flush=True)\nsys.stdin.read()",
        ],
        { stdio: ["pipe", "pipe", "inherit"] },
      );
      children.push(child);
      assert.ok(child.stdout && child.stdin);
      for (let lines = ""; lines.split("\n").length < 5;)
        lines += String((await once(child.stdout, "data"))[0]);
      const sampler = new SystemSampler({ pid: child.pid ?? 0, platform, folder: "/" });
      const metrics = named(await sampler.sample(new AbortController().signal));
      assert.equal(metrics["system/process_count"], 4);
      const megabytes = metrics["system/process_memory_megabytes"] ?? 0;
      assert.ok(megabytes > 60 && megabytes < 180, `${megabytes} MB`);
      child.stdin.end();
      await once(child, "exit");
    });

  it("has the machine's numbers still where the process is gone", async () => {
    const child = begin("");
    await once(child, "exit");
    const sampler = new SystemSampler({
      pid: child.pid ?? 0,
      platform,
      folder: path.join(os.tmpdir(), "absent"),
    });
    const metrics = named(await sampler.sample(new AbortController().signal));
    assert.equal(metrics["system/process_count"], undefined);
    assert.ok((metrics["system/system_memory_usage_megabytes"] ?? 0) > 0);
  });

  it("are sampled until the signal", async () => {
    const child = begin("setInterval(() => 0, 1000)");
    const gone = new AbortController();
    const samples: SystemMetric[][] = [];
    await sampleSystem(
      {
        pid: child.pid ?? 0,
        platform,
        folder: os.tmpdir(),
        intervalMs: 20,
        onSample: (metrics) => {
          samples.push([...metrics]);
          if (samples.length === 3) gone.abort();
        },
      },
      gone.signal,
    );
    assert.equal(samples.length, 3);
    for (const metrics of samples) assert.ok(metrics.every(({ name }) => name.startsWith("system/")));
  });
});
