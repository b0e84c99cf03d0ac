// HiveMQ CE as a process: folders for configuration, data and extensions are its arguments.
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Path;

public class HiveServer {
  public static void main(String[] folders) throws Exception {
    EmbeddedHiveMQ server = EmbeddedHiveMQ.builder()
        .withConfigurationFolder(Path.of(folders[0]))
        .withDataFolder(Path.of(folders[1]))
        .withExtensionsFolder(Path.of(folders[2]))
        .build();
    server.start().join();
    Thread.currentThread().join();
  }
}
