using System.Buffers.Binary;
using System.Text;

namespace Homer.Tests.Weights;

/// <summary>Builds safetensors files byte by byte, so that they may be invalid.</summary>
internal static class RawSafetensors
{
    internal static byte[] Bytes(string header, int dataBytes = 0) => Bytes(Encoding.UTF8.GetBytes(header), dataBytes);

    internal static byte[] Bytes(byte[] header, int dataBytes = 0, ulong? claimedLength = null)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, claimedLength ?? (ulong)header.Length);
        return [.. length, .. header, .. new byte[dataBytes]];
    }

    internal static string Tensor(string name, string dtype, string shape, long begin, long end) =>
        $$"""{{Quote(name)}}:{"dtype":{{Quote(dtype)}},"shape":{{shape}},"data_offsets":[{{begin}},{{end}}]}""";

    private static string Quote(string text) => $"\"{text}\"";
}
