package io.npuq.worker.engine;

import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Sampling;

/**
 * One thing to generate.
 *
 * @param kind what is asked; the engine turns it into a prompt
 * @param input about what
 * @param maxNewTokens the bound on the answer
 * @param sampling how tokens are chosen
 */
public record Generation(JobKind kind, JobInput input, int maxNewTokens, Sampling sampling) {
    /** What this job asks for. */
    public static Generation of(JobRequest request) {
        return new Generation(request.kind(), request.input(), request.maxNewTokens(), request.sampling());
    }
}
