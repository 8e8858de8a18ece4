/** A checkpoint folder that cannot be built: one message for the user, naming the file, what was found and what to do. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}
