import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Conditions } from './report.ts';

/** @param loadBefore load average of one minute when the measurement began. */
export function conditions(loadBefore: number): Conditions {
  const model = cpus()[0]?.model.trim() || process.arch;
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    node: process.versions.node,
    machine: `${availableParallelism()} × ${model}`,
    load: `${loadBefore.toFixed(1)} → ${(loadavg()[0] ?? 0).toFixed(1)}`,
  };
}
