package dev.rote.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compresses and decompresses pages with the libraries of each codec. Parquet's own factory looks
 * for codecs in Hadoop, which Rote does without.
 */
final class Codecs implements CompressionCodecFactory {
  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED, SNAPPY, GZIP, ZSTD -> new Decompressor(codec);
      default ->
          throw new IllegalArgumentException(
              "its pages are compressed with %s; write it with snappy, gzip, zstd or none"
                  .formatted(codec));
    };
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return new Compressor(codec);
  }

  @Override
  public void release() {}

  private record Compressor(CompressionCodecName codec) implements BytesInputCompressor {
    @Override
    public BytesInput compress(BytesInput bytes) throws IOException {
      byte[] plain = bytes.toByteArray();
      return BytesInput.from(
          switch (codec) {
            case SNAPPY -> Snappy.compress(plain);
            case GZIP -> {
              ByteArrayOutputStream out = new ByteArrayOutputStream();
              try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(plain);
              }
              yield out.toByteArray();
            }
            case ZSTD -> Zstd.compress(plain);
            default -> plain;
          });
    }

    @Override
    public CompressionCodecName getCodecName() {
      return codec;
    }

    @Override
    public void release() {}
  }

  private record Decompressor(CompressionCodecName codec) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      return BytesInput.from(decompress(bytes.toByteArray(), size));
    }

    @Override
    public void decompress(ByteBuffer input, int compressed, ByteBuffer output, int size)
        throws IOException {
      byte[] bytes = new byte[compressed];
      input.get(bytes);
      output.put(decompress(bytes, size));
    }

    private byte[] decompress(byte[] bytes, int size) throws IOException {
      byte[] plain =
          switch (codec) {
            case SNAPPY -> {
              if (Snappy.uncompressedLength(bytes) != size) {
                throw new EOFException("a page is damaged");
              }
              yield Snappy.uncompress(bytes);
            }
            case GZIP -> {
              try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                yield in.readNBytes(size);
              }
            }
            case ZSTD -> Zstd.decompress(bytes, size);
            default -> bytes;
          };
      if (plain.length != size) {
        throw new EOFException("a page is damaged");
      }
      return plain;
    }

    @Override
    public void release() {}
  }
}
