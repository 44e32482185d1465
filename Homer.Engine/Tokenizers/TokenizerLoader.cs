using Homer.Engine.Files;

namespace Homer.Engine.Tokenizers;

/// <summary>Finds and loads the tokenizer of a model folder.</summary>
public static class TokenizerLoader
{
    /// <summary>Loads the tokenizer that the folder's files describe.</summary>
    /// <param name="modelFolder">A model folder in Hugging Face layout.</param>
    /// <exception cref="HomerException">There is no tokenizer that Homer can read.</exception>
    public static ITokenizer Load(string modelFolder)
    {
        ArgumentNullException.ThrowIfNull(modelFolder);
        if (File.Exists(modelFolder))
            throw OfFile(modelFolder);
        if (File.Exists(Path.Combine(modelFolder, SentencePieceModel.FileName)))
            return SentencePieceTokenizer.Load(modelFolder);

        throw new HomerException(File.Exists(Path.Combine(modelFolder, "tokenizer.json"))
            ? $"{Quoted.Path(modelFolder)} has its tokenizer in tokenizer.json, which is not supported yet; "
                + "a SentencePiece tokenizer.model is needed."
            : $"{Quoted.Path(modelFolder)} has no {SentencePieceModel.FileName}; download the model's tokenizer too.");
    }

    /// <summary>Returns the error of a model that is a single file.</summary>
    internal static HomerException OfFile(string path) => new(
        $"'{path}' is a GGUF file, whose tokenizer Homer does not read yet; give token ids (--ids) where the command takes them, or the "
        + "model's folder in Hugging Face layout.");
}
