package io.npuq.scheduler.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.npuq.schema.JobId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal. Its canonical form is the bytes as they stand in the segment: a verifier hashes those, and needs to write
 * nothing anew.
 *
 * @param seq counts the entries, from 1
 * @param at when
 * @param job which job; null for an entry about the journal itself
 * @param change what happened
 * @param prev SHA-256 of the entry before, hexadecimal; zeros for the first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Entry(long seq, Instant at, @Nullable JobId job, Change change, String prev) {
    /** What the first entry says of the one before it. */
    public static final String FIRST_PREV = "0".repeat(64);
}
