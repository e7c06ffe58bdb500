/**
 * Proof that the request log is as it was written: checkpoints of its chain, signed, and the check of a log against them. Docs: audit.md.
 */
@NullMarked
package io.npuq.scheduler.audit;

import org.jspecify.annotations.NullMarked;
