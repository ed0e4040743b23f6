package sextant.kit.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.SchemaMappingType;
import org.jooq.meta.jaxb.Target;
import sextant.kit.db.Migration;

/// Build step: runs migrations on an embedded PostgreSQL and generates jOOQ classes from the
/// result. Does nothing when neither the migrations nor the settings changed since last time.
public final class JooqCodegen {

  /// Part of the fingerprint: raise it when the settings below change.
  private static final String SETTINGS = "1";

  private record Source(String schema, Path migrations) {}

  private JooqCodegen() {}

  /// Arguments: target folder, package, the service's own `schema=folder`, and comma-separated
  /// pairs of the schemas whose published views it reads, or `none`.
  public static void main(String[] args) throws Exception {
    Path target = Path.of(args[0]);
    String packageName = args[1];
    List<Source> sources =
        Stream.of(args[2], args[3])
            .flatMap(pairs -> Arrays.stream(pairs.split(",")))
            .filter(pair -> !pair.equals("none"))
            .map(pair -> pair.split("=", 2))
            .map(pair -> new Source(pair[0], Path.of(pair[1])))
            .toList();
    Path fingerprintFile = target.resolve(".fingerprint");
    String fingerprint = fingerprint(packageName, sources);
    if (Files.exists(fingerprintFile) && Files.readString(fingerprintFile).equals(fingerprint)) {
      return;
    }
    try (EmbeddedDatabase database = EmbeddedDatabase.empty()) {
      for (Source source : sources) {
        Migration.run(
            database.config("postgres"),
            source.schema(),
            "filesystem:" + source.migrations(),
            roles(source.migrations()));
      }
      generate(database.url(), target, packageName, sources);
    }
    Files.createDirectories(target);
    Files.writeString(fingerprintFile, fingerprint);
  }

  private static void generate(String url, Path target, String packageName, List<Source> sources)
      throws Exception {
    String own = sources.getFirst().schema();
    // Of other services only their published views, which end in a version.
    String includes =
        own
            + "\\..*"
            + String.join(
                "",
                sources.stream()
                    .skip(1)
                    .map(source -> "|" + source.schema() + "\\..*_v[0-9]+")
                    .toList());
    GenerationTool.generate(
        new Configuration()
            .withJdbc(new Jdbc().withUrl(url).withUser("postgres").withPassword(""))
            .withGenerator(
                new Generator()
                    .withDatabase(
                        new Database()
                            .withName("org.jooq.meta.postgres.PostgresDatabase")
                            .withIncludes(includes)
                            .withExcludes(".*flyway_schema_history.*")
                            .withSchemata(
                                sources.stream()
                                    .map(
                                        source ->
                                            new SchemaMappingType()
                                                .withInputSchema(source.schema()))
                                    .toList())
                            .withForcedTypes(
                                new ForcedType()
                                    .withName("INSTANT")
                                    .withIncludeTypes("(?i:timestamp with time zone|timestamptz)")))
                    .withGenerate(new Generate().withRecords(true).withPojos(false).withDaos(false))
                    .withTarget(
                        new Target()
                            .withDirectory(target.toString())
                            .withPackageName(packageName))));
  }

  /// The roles that the scripts grant something to.
  private static List<String> roles(Path migrations) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path script : scripts(migrations)) {
      text.append(Files.readString(script));
    }
    return java.util.regex.Pattern.compile("\\bsextant_[a-z]+\\b")
        .matcher(text)
        .results()
        .map(java.util.regex.MatchResult::group)
        .distinct()
        .toList();
  }

  private static String fingerprint(String packageName, List<Source> sources)
      throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update((SETTINGS + packageName).getBytes(StandardCharsets.UTF_8));
    for (Source source : sources) {
      digest.update(source.schema().getBytes(StandardCharsets.UTF_8));
      for (Path script : scripts(source.migrations())) {
        digest.update(script.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(script));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> scripts(Path migrations) throws IOException {
    try (Stream<Path> files = Files.list(migrations)) {
      return files.sorted(Comparator.comparing(Path::getFileName)).toList();
    }
  }
}
