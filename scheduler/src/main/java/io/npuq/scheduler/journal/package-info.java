/**
 * The journal: the truth about every job, as an append-only chain of entries in segment files, with the texts beside it.
 *
 * <p>{@link io.npuq.scheduler.journal.Journal} writes, {@link io.npuq.scheduler.journal.JournalReader} reads from start to end, and
 * {@link io.npuq.scheduler.journal.Frame} is the format on disk; docs/journal.md describes it for other readers.
 */
@NullMarked
package io.npuq.scheduler.journal;

import org.jspecify.annotations.NullMarked;
