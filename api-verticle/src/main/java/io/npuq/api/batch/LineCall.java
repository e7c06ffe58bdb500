package io.npuq.api.batch;

import io.npuq.schema.Job;
import io.npuq.schema.JobRequest;
import java.util.function.Function;

/**
 * What one line asks of its endpoint.
 *
 * @param request the job
 * @param namesPriority whether its body names a priority
 * @param model the model that it names, or gets
 * @param answer the body of the answer, from the job that succeeded; fails with {@link io.npuq.api.http.ProblemException} where that
 *     cannot be given
 */
public record LineCall(JobRequest request, boolean namesPriority, String model, Function<Job, byte[]> answer) {}
