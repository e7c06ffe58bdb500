package io.npuq.worker.embedding;

import java.nio.file.Path;

/**
 * What to load, and how.
 *
 * @param modelDir an encoder in OpenVINO's form, its tokenizer beside it; its last name is the model's name
 * @param device as OpenVINO names it: {@code CPU} or {@code GPU}
 * @param cacheDir where compiled models and digests are kept; made when missing
 */
public record EncoderSettings(Path modelDir, String device, Path cacheDir) {}
