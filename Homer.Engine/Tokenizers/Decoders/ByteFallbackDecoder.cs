using System.Text;
using System.Text.Unicode;

namespace Homer.Engine.Tokenizers.Decoders;

/// <summary>
/// Reads runs of tokens that stand for bytes, such as <c>&lt;0x0A&gt;</c>, as UTF-8. Every byte of a run that is none becomes U+FFFD, so a
/// run waits until it ends.
/// </summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    /// <inheritdoc/>
    public DecodingStep Open(DecodingStart start, DecodingStep next) => new Step(next);

    private sealed class Step(DecodingStep next) : DecodingStep
    {
        private readonly List<byte> run = [];

        internal override void Take(string token)
        {
            if (SentencePieceModel.TryParseByte(token, out byte value))
            {
                run.Add(value);
                return;
            }

            EndRun();
            next.Take(token);
        }

        internal override void End()
        {
            EndRun();
            next.End();
        }

        private void EndRun()
        {
            byte[] bytes = [.. run];
            run.Clear();
            if (bytes.Length == 0)
                return;
            if (Utf8.IsValid(bytes))
            {
                next.Take(Encoding.UTF8.GetString(bytes));
                return;
            }

            foreach (byte _ in bytes)
                next.Take("\ufffd");
        }
    }
}
