/** As another flow does that computes for so long, or a disk that blocks. */
export function holdLoop(duration_ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration_ms)
}
