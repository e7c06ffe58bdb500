package io.npuq.schema;

/**
 * Why a job did not succeed.
 *
 * @param code for programs
 * @param message for people: what happened, to what, and what to do; never a text of the job
 */
public record JobError(ErrorCode code, String message) {}
