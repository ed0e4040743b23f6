package sextant.kit.testing;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;

/// An authority of a test and the certificates it issues for this machine.
public final class Certificates {

  private final X509Bundle authority;

  public Certificates(String name) {
    try {
      authority =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=" + name)
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// Writes `tls.crt`, `tls.key` and `ca.crt` of a new certificate for `name`, in place of what is
  /// there. The key comes last, as in a careful rollout.
  public Path write(Path folder, String name) {
    try {
      X509Bundle issued =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=" + name)
              .addSanDnsName("localhost")
              .addSanIpAddress("127.0.0.1")
              .buildIssuedBy(authority);
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("ca.crt"), authority.getCertificatePEM());
      Files.writeString(folder.resolve("tls.crt"), issued.getCertificatePathPEM());
      Files.writeString(folder.resolve("tls.key"), issued.getPrivateKeyPEM());
      return folder;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// Trusts what this authority issued.
  public javax.net.ssl.SSLContext trust() {
    try {
      javax.net.ssl.SSLContext context = javax.net.ssl.SSLContext.getInstance("TLS");
      context.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
      return context;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
