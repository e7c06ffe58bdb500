package io.npuq.api.ollama;

import io.npuq.schema.JobRequest;

/**
 * A generation as it was asked for.
 *
 * @param request the job
 * @param model the model's name, as the client has it
 * @param shape how its answer looks
 * @param streamed whether the answer is to come piece by piece
 * @param tools whether the model has tools, whose calls are taken out of its answer
 * @param keepAlive whether the model is to go behind it
 */
record Asked(
        JobRequest request, String model, AnswerShape shape, boolean streamed, boolean tools, KeepAlive keepAlive) {}
