using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Tokenizers.Gguf;
using Homer.Engine.Tokenizers.Json;

namespace Homer.Engine.Tokenizers;

/// <summary>Finds and loads the tokenizer of a model.</summary>
public static class TokenizerLoader
{
    /// <summary>
    /// Loads the tokenizer that a folder's files describe, tokenizer.json before tokenizer.model and vocab.json with merges.txt, or that of
    /// a GGUF file. The folder may hold these files alone.
    /// </summary>
    /// <param name="modelFolder">A model folder in Hugging Face layout, a GGUF file, or a name in the Hugging Face hub.</param>
    /// <exception cref="HomerException">There is no tokenizer that Homer can read.</exception>
    public static ITokenizer Load(string modelFolder)
    {
        ArgumentNullException.ThrowIfNull(modelFolder);
        modelFolder = ModelPath.Resolve(modelFolder);
        if (File.Exists(modelFolder))
            return GgufTokenizer.Load(modelFolder);
        if (!Directory.Exists(modelFolder))
            throw new HomerException($"{Quoted.Path(modelFolder)} is not a folder; give a model folder, or a GGUF file.");
        if (TokenizerJson.TryLoad(modelFolder) is { } tokenizer)
            return tokenizer;
        string path = Path.Combine(modelFolder, SentencePieceModel.FileName);
        if (!File.Exists(path))
        {
            if (BytePairFolder.TryLoad(modelFolder) is { } pairs)
                return pairs;
            throw new HomerException(
                $"{Quoted.Path(modelFolder)} has no {SentencePieceModel.FileName} and no {TokenizerJson.FileName}; download the model's "
                + "tokenizer too.");
        }

        FileStatus.RequireFile(path);
        byte[] content = FileContent.Read(path, SentencePieceModel.MostBytes);
        return TiktokenModel.Is(content)
            ? TiktokenModel.Read(modelFolder, path, content)
            : SentencePieceTokenizer.Load(modelFolder, SentencePieceModel.Parse(path, content));
    }
}
