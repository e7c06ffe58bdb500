package io.npuq.api.openai;

import io.npuq.schema.JobRequest;

/**
 * A generation as it was asked for.
 *
 * @param request the job
 * @param model the model's name, as the client has it
 * @param streamed whether the answer is to come piece by piece
 * @param usageStreamed whether a stream ends with the token counts
 * @param callForced whether the answer is a call of a tool, and nothing else
 */
record Asked(JobRequest request, String model, boolean streamed, boolean usageStreamed, boolean callForced) {}
