package io.npuq.api.http;

import io.npuq.schema.config.TlsConfig;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Certificate and key of the listener, tried before it listens: a pair that does not fit would fail only with the first client. */
public final class Tls {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final byte[] PROBE = {'n', 'p', 'u', 'q'};

    private Tls() {}

    /** The listener over TLS. */
    static HttpServerOptions on(HttpServerOptions options, TlsConfig files) {
        // HTTP/1.1 is what the limits on connections and requests are for.
        return options.setSsl(true).setUseAlpn(false).setKeyCertOptions(pem(files));
    }

    /** A listener for HTTP/2 over TLS. */
    public static HttpServerOptions onHttp2(HttpServerOptions options, TlsConfig files) {
        return options.setSsl(true).setUseAlpn(true).setKeyCertOptions(pem(files));
    }

    /**
     * Reads both files, and lets the key sign what the certificate must then confirm.
     *
     * @throws IOException that says which file is wrong, and how
     */
    static void check(Vertx vertx, TlsConfig files) throws IOException {
        readable("--tls-cert", files.cert());
        readable("--tls-key", files.key());
        String names = "--tls-cert " + files.cert() + " and --tls-key " + files.key();
        try {
            X509KeyManager pair =
                    keyManager(pem(files).getKeyManagerFactory(vertx).getKeyManagers());
            String alias = aliasOf(pair);
            X509Certificate cert = pair.getCertificateChain(alias)[0];
            if (!fits(cert, pair.getPrivateKey(alias))) {
                throw new IOException(names + " do not belong together: the key is not that of the certificate");
            }
            cert.checkValidity();
        } catch (java.security.cert.CertificateExpiredException
                | java.security.cert.CertificateNotYetValidException e) {
            LOG.warn("clients will not trust --tls-cert {}: {}", files.cert(), e.getMessage());
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            // Vert.x's and the JDK's readers of PEM throw whatever they met first.
            throw new IOException(
                    names + " cannot be used: " + e.getMessage()
                            + "; they must be a certificate chain and its private key without a password, in PEM",
                    e);
        }
    }

    private static void readable(String flag, Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IOException(flag + " names " + file + ", which is no file that npuq can read");
        }
    }

    private static PemKeyCertOptions pem(TlsConfig files) {
        return new PemKeyCertOptions()
                .setCertPath(files.cert().toString())
                .setKeyPath(files.key().toString());
    }

    private static X509KeyManager keyManager(KeyManager[] managers) throws GeneralSecurityException {
        return Arrays.stream(managers)
                .filter(X509KeyManager.class::isInstance)
                .map(X509KeyManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("this Java reads no X.509 keys"));
    }

    private static String aliasOf(X509KeyManager pair) throws GeneralSecurityException {
        for (String type : new String[] {"RSA", "EC", "EdDSA", "Ed25519"}) {
            String[] aliases = pair.getServerAliases(type, null);
            if (aliases != null && aliases.length > 0) {
                return aliases[0];
            }
        }
        throw new GeneralSecurityException("the key is neither RSA nor EC nor Ed25519");
    }

    private static boolean fits(X509Certificate cert, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm(key));
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        if (!Objects.equals(cert.getPublicKey().getAlgorithm(), key.getAlgorithm())) {
            return false;
        }
        signature.initVerify(cert.getPublicKey());
        signature.update(PROBE);
        return signature.verify(signed);
    }

    private static String algorithm(PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }
}
