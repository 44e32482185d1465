using Homer.Engine.Weights;

namespace Homer.Tests.Support;

/// <summary>The content of a safetensors file, which a test may change and write again. The checksum is computed anew.</summary>
internal sealed class EditableSafetensors
{
    public EditableSafetensors(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Metadata = new(file.Metadata.Where(entry => entry.Key != SafetensorsChecksum.Name));
        foreach (SafetensorsTensor tensor in file.Tensors.Values)
        {
            byte[] bytes = File.ReadAllBytes(path).AsSpan((int)tensor.Offset, (int)tensor.ByteLength).ToArray();
            Parts[tensor.Name] = new(tensor.Name, tensor.Type, tensor.Shape, stream => stream.Write(bytes));
        }
    }

    public Dictionary<string, string> Metadata { get; }

    public SortedDictionary<string, SafetensorsPart> Parts { get; } = new(StringComparer.Ordinal);

    public void Save(string path) => SafetensorsWriter.Write(path, SafetensorsChecksum.Seal(Metadata, [.. Parts.Values]), Parts.Values);
}
