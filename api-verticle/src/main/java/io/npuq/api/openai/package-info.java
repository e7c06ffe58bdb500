/** OpenAI's dialect, under {@code /v1} and, for clients of model servers, {@code /v3}. */
@NullMarked
package io.npuq.api.openai;

import org.jspecify.annotations.NullMarked;
