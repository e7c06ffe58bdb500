package io.npuq.scheduler.journal;

/**
 * An entry's word about a text: where it lies in the body file of the entry's own segment, and its salted hash.
 *
 * @param at offset of the body's frame in the body file, in bytes
 * @param bytes length of the text's stored form, in bytes
 * @param sha256 of the salt and the stored form; hexadecimal
 */
public record BodyRef(long at, int bytes, String sha256) {}
