package io.npuq.worker.text;

/**
 * One sentence, or one item of a list, or one line of a log.
 *
 * @param text its text on one line, blanks joined, without a bullet
 * @param bullet whether it stood in a list
 * @param heading whether it stood as a heading
 */
public record Sentence(String text, boolean bullet, boolean heading) {}
