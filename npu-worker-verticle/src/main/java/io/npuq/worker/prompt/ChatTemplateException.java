package io.npuq.worker.prompt;

/** A chat template is missing or broken, or refuses a conversation. The message names the file and what to do. */
public final class ChatTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong with which file. */
    public ChatTemplateException(String message) {
        super(message);
    }

    /** Says what is wrong with which file, and keeps the cause. */
    public ChatTemplateException(String message, Throwable cause) {
        super(message, cause);
    }
}
