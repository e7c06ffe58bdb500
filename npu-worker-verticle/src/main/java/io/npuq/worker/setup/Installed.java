package io.npuq.worker.setup;

import java.nio.file.Path;

/**
 * What is ready to run.
 *
 * @param openVinoRoot holds {@code openvino/libs} and {@code openvino_tokenizers/lib}; or the user's own install, as it was given
 * @param modelDir holds {@code openvino_model.xml} with its tokenizer
 */
public record Installed(Path openVinoRoot, Path modelDir) {}
