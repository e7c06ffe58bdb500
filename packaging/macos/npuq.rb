class Npuq < Formula
  desc "Durable job queue for the one NPU in a machine"
  homepage "@url@"
  url "@url@/@file@"
  version "@version@"
  sha256 "@sha256@"
  license "Apache-2.0"

  depends_on "openjdk"

  def install
    libexec.install Dir["*"]
    (bin/"npuq").write_env_script libexec/"bin/npuq", JAVA_HOME: Language::Java.java_home
    man1.install_symlink Dir[libexec/"share/man/man1/*.1"]
    bash_completion.install_symlink libexec/"share/bash-completion/completions/npuq"
  end

  # Installing starts nothing: "brew services start npuq" does.
  service do
    run [opt_bin/"npuq", "serve"]
    keep_alive successful_exit: false
    log_path var/"log/npuq.log"
    error_log_path var/"log/npuq.log"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/npuq --version")
  end
end
