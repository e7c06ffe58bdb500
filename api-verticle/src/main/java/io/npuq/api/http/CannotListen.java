package io.npuq.api.http;

import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Why an address cannot be listened on, as the operator is told. */
public final class CannotListen {
    private CannotListen() {}

    /**
     * An exception whose message names the address and what to do.
     *
     * @param portFlag with which another port is chosen
     */
    public static BindException of(String host, int port, String portFlag, Throwable cause) {
        String address = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        String why;
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            why = "there is no such address; name one of this machine with --host";
        } else if (cause instanceof BindException
                && String.valueOf(cause.getMessage()).contains("in use")) {
            why = "the port is in use; stop what listens there, or choose another with " + portFlag
                    + " (0 takes a free one)";
        } else {
            why = cause.getMessage() + "; choose another with --host and " + portFlag;
        }
        BindException said = new BindException("cannot listen on " + address + ": " + why);
        said.initCause(cause);
        return said;
    }
}
