/**
 * Something read at the start and at the end of a piece of work: a counter, a sensor, a clock. A meter knows nothing
 * of the work. A read that fails makes the reading absent, never zero.
 */
export interface Meter<Reading> {
  open(): Promise<OpenWindow<Reading>> | OpenWindow<Reading>;
}

/** A measurement under way. Closed once. */
export interface OpenWindow<Reading> {
  close(): Promise<Reading> | Reading;
}
