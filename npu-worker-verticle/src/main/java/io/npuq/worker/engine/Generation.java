package io.npuq.worker.engine;

import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;

/**
 * One thing to generate.
 *
 * @param kind what is asked; the engine turns it into a prompt
 * @param input about what
 * @param maxNewTokens the bound on the answer
 * @param sampling how tokens are chosen
 * @param format what form the answer of a chat has to have
 */
public record Generation(JobKind kind, JobInput input, int maxNewTokens, Sampling sampling, ResponseFormat format) {
    /** For an answer in the form of its kind. */
    public Generation(JobKind kind, JobInput input, int maxNewTokens, Sampling sampling) {
        this(kind, input, maxNewTokens, sampling, ResponseFormat.TEXT);
    }

    /** What this job asks for. */
    public static Generation of(JobRequest request) {
        return new Generation(
                request.kind(), request.input(), request.maxNewTokens(), request.sampling(), request.responseFormat());
    }
}
